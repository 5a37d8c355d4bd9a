import { statSync } from "node:fs";
import { join } from "node:path";
import type { Sql } from "postgres";
import { openDatabase, startServer } from "../support/postgres.ts";
import { fillCostLogs, fillSpendLogs } from "../support/spend-rows.ts";
import { measureAnswers, measureRecords } from "./ledger-records.ts";
import { cpuMs, run } from "./process.ts";
import { startService } from "./service.ts";
import { measureSpendRoutes } from "./spend-answers.ts";

const FOLLOW_MS = 20_000;
const FLAGS = "shared_buffers=512MB wal_level=minimal max_wal_senders=0 max_wal_size=8GB maintenance_work_mem=512MB";

/** The dimensions of the ledger's widest rollup, as one question to PostgreSQL. */
const GROUP_BY = `SELECT date_trunc('day', "startTime"), api_key, "user", team_id, model, model_group, custom_llm_provider, count(*),
  sum(spend), sum(total_tokens) FROM "LiteLLM_SpendLogs" GROUP BY 1, 2, 3, 4, 5, 6, 7`;

type Show = (job: string, budget: string, measured: string) => void;

/** Measures the first sync of a past of so many rows, of both tables, beside what PostgreSQL and the old way need. */
export async function measureSource(binary: string, folder: string, rows: number, show: Show): Promise<void> {
  const server = await startServer(FLAGS.split(" ").flatMap((flag) => ["-c", flag]));
  const database = await openDatabase({ schema: "schema.sql", server });
  const past = { rows, days: 90, until: Date.now(), seed: 0.5 };
  const share = rows / 10_000_000;
  const sync = async (table: string) => {
    const ledger = join(folder, `${table}.ledger.db`);
    const env = {
      LITELLM_PULSE_DATABASE_URL: database.url,
      LITELLM_PULSE_LEDGER_PATH: ledger,
      LITELLM_PULSE_LEDGER_TABLE: table,
    };
    const took = await run([binary, "sync"], env);
    if (took.exitCode !== 0) throw new Error(`sync of ${table} ended with ${took.exitCode}`);
    const mb = statSync(ledger).size / 1e6;
    return {
      env,
      text: `${s(took.ms)}, ${s(took.cpuMs)} of CPU, ${took.peakMb.toFixed(0)} MB; file ${mb.toFixed(0)} MB`,
    };
  };
  await fillSpendLogs(database.sql, past);
  const wide = await sync("LiteLLM_SpendLogs");
  const budget = `${s(60_000 * share)}, 200 MB`;
  show(`first sync of ${rows} rows of LiteLLM_SpendLogs`, budget, wide.text);
  show(
    "beside it: one GROUP BY of the day's dimensions in PostgreSQL",
    "-",
    s(await timed(() => database.sql.unsafe(`SELECT count(*) FROM (${GROUP_BY}) AS grouped`))),
  );
  show(
    "following it every 30 s (a run a second, by 30)",
    "1 % of a core",
    `${((await following(binary, wide.env)) / 30).toFixed(3)} %`,
  );
  await measureAnswers(binary, folder, wide.env.LITELLM_PULSE_LEDGER_PATH, show);
  await measureSpendRoutes(binary, wide.env, database.sql, show);
  await measureRecords(binary, folder, database.sql, show);
  await fillCostLogs(database.sql, past);
  show(`first sync of ${rows} rows of cost_logs`, s(12_000 * share), (await sync("cost_logs")).text);
  show(
    "beside it: one GROUP BY of provider and model in PostgreSQL",
    "-",
    s(await timed(() => database.sql`SELECT provider, model, sum(cost_usd) FROM cost_logs GROUP BY 1, 2`)),
  );
  show(
    "beside it: seed 4's way, every row through a cursor into a map",
    "-",
    s(await timed(() => throughCursor(database.sql))),
  );
  await database[Symbol.asyncDispose]();
  await server.stop();
}

async function following(binary: string, env: Record<string, string>): Promise<number> {
  const service = await startService(binary, {
    ...env,
    LITELLM_PULSE_METRICS_URL: "http://127.0.0.1:9/",
    LITELLM_PULSE_SCRAPE_INTERVAL: "3600",
    LITELLM_PULSE_LEDGER_INTERVAL: "1",
  });
  await Bun.sleep(5000);
  const before = cpuMs(service.pid);
  await Bun.sleep(FOLLOW_MS);
  const share = ((cpuMs(service.pid) - before) / FOLLOW_MS) * 100;
  await service.stop();
  return share;
}

/** Seed 4 streams each row through a cursor and sums in memory. */
async function throughCursor(sql: Sql): Promise<void> {
  const sums = new Map<string, number>();
  await sql`SELECT provider, model, cost_usd FROM cost_logs`.cursor(10_000, (page) => {
    for (const row of page) {
      const name = `${row["provider"]} ${row["model"]}`;
      sums.set(name, (sums.get(name) ?? 0) + Number(row["cost_usd"]));
    }
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function s(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
