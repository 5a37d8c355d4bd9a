import { statSync } from "node:fs";
import { join } from "node:path";
import type { Sql } from "postgres";
import { openDatabase, startServer } from "../support/postgres.ts";
import { fillCostLogs, fillSpendLogs } from "../support/spend-rows.ts";
import { atMost, type Bench, figure } from "./bench.ts";
import { measureIntake } from "./ledger-intake.ts";
import { measureUsage } from "./ledger-usage.ts";
import { UNSCRAPED } from "./litellm.ts";
import { cpuMs, run } from "./process.ts";
import { startService } from "./service.ts";
import { measureSpendRoutes } from "./spend-routes.ts";

/** The budgets of a first sync are for so many rows; fewer get their share. */
const ROWS_OF_BUDGET = 10_000_000;
const SPEND_LOGS_S = 60;
const COST_LOGS_S = 12;
const MEMORY_MB = 200;
const DAYS = 90;
const SETTLE_MS = 5000;
const FOLLOW_MS = 20_000;
const FLAGS = "shared_buffers=512MB wal_level=minimal max_wal_senders=0 max_wal_size=8GB maintenance_work_mem=512MB";

/** The dimensions of the ledger's widest rollup, as one question to PostgreSQL. */
const GROUP_BY = `SELECT date_trunc('day', "startTime"), api_key, "user", team_id, model, model_group, custom_llm_provider, count(*),
  sum(spend), sum(total_tokens) FROM "LiteLLM_SpendLogs" GROUP BY 1, 2, 3, 4, 5, 6, 7`;

/** Measures the ledger of so many made-up rows, beside what PostgreSQL itself needs for the same. */
export async function measureLedger(bench: Bench, rows: number): Promise<void> {
  const { binary, folder, show } = bench;
  const server = await startServer(FLAGS.split(" ").flatMap((flag) => ["-c", flag]));
  const database = await openDatabase({ schema: "schema.sql", server });
  const past = { rows, days: DAYS, until: Date.now(), seed: 0.5 };
  const share = rows / ROWS_OF_BUDGET;
  const named = (table: string) =>
    `first sync of ${rows / 1e6} million rows of ${table}${share === 1 ? "" : " (budget by the rows)"}`;
  const envOf = (table: string) => ({
    LITELLM_PULSE_DATABASE_URL: database.url,
    LITELLM_PULSE_LEDGER_PATH: join(folder, `${table}.ledger.db`),
    LITELLM_PULSE_LEDGER_TABLE: table,
  });
  const sync = async (table: string, budget: number) => {
    const env = envOf(table);
    const took = await run([binary, "sync"], env);
    const mb = statSync(env.LITELLM_PULSE_LEDGER_PATH).size / 1e6;
    show(
      named(table),
      [atMost(budget * share, took.ms / 1000, "s"), atMost(MEMORY_MB, took.peakMb, "MB")],
      `${(took.cpuMs / 1000).toFixed(1)} s of CPU, file ${mb.toFixed(0)} MB`,
    );
  };
  await fillSpendLogs(database.sql, past);
  const env = envOf("LiteLLM_SpendLogs");
  await sync("LiteLLM_SpendLogs", SPEND_LOGS_S);
  const grouping = await secondsOf(() => database.sql.unsafe(`SELECT count(*) FROM (${GROUP_BY}) AS grouped`));
  show("to compare: one GROUP BY of the day's dimensions in PostgreSQL", [figure(grouping, "s")]);
  show(
    "following it every 30 s",
    [atMost(1, (await cpuOfFollowing(binary, env)) / 30, "% of a core")],
    "a run a second, by 30",
  );
  await measureUsage(bench, env.LITELLM_PULSE_LEDGER_PATH);
  await measureSpendRoutes(bench, env, database.sql);
  await measureIntake(bench, database.sql);
  await fillCostLogs(database.sql, past);
  await sync("cost_logs", COST_LOGS_S);
  const byModel = () => database.sql`SELECT provider, model, sum(cost_usd) FROM cost_logs GROUP BY 1, 2`;
  show("to compare: one GROUP BY of provider and model in PostgreSQL", [figure(await secondsOf(byModel), "s")]);
  const cursor = await secondsOf(() => throughCursor(database.sql));
  show("to compare: every row through a cursor into a map", [figure(cursor, "s")]);
  await database[Symbol.asyncDispose]();
  await server.stop();
}

/** Percent of a core that a service needs which looks for new rows every second. */
async function cpuOfFollowing(binary: string, env: Record<string, string>): Promise<number> {
  const service = await startService(binary, { ...env, ...UNSCRAPED, LITELLM_PULSE_LEDGER_INTERVAL: "1" });
  await Bun.sleep(SETTLE_MS);
  const before = cpuMs(service.pid);
  await Bun.sleep(FOLLOW_MS);
  const share = ((cpuMs(service.pid) - before) / FOLLOW_MS) * 100;
  await service.stop();
  return share;
}

/** What a program does that keeps no sums: each row through a cursor, summed in memory. */
async function throughCursor(sql: Sql): Promise<void> {
  const sums = new Map<string, number>();
  await sql`SELECT provider, model, cost_usd FROM cost_logs`.cursor(10_000, (page) => {
    for (const row of page) {
      const name = `${row["provider"]} ${row["model"]}`;
      sums.set(name, (sums.get(name) ?? 0) + Number(row["cost_usd"]));
    }
  });
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
