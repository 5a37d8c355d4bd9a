import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Sql } from "postgres";
import { median, run } from "./process.ts";
import { startService } from "./service.ts";

const MOST_ROWS = 200_000;
const ROWS_OF_A_BODY = 1000;
const ASKED = 20;
const QUIET = {
  LITELLM_PULSE_METRICS_URL: "http://127.0.0.1:9/",
  LITELLM_PULSE_SCRAPE_INTERVAL: "3600",
};

type Show = (job: string, budget: string, measured: string) => void;

/** Measures an import of rows of the log as JSON Lines, and the same rows coming to `/ingest`. */
export async function measureRecords(binary: string, folder: string, sql: Sql, show: Show): Promise<void> {
  const file = join(folder, "rows.jsonl");
  const rows = await writeLines(sql, file);
  const took = await run([binary, "import", file], { LITELLM_PULSE_LEDGER_PATH: join(folder, "import.ledger.db") });
  if (took.exitCode !== 0) throw new Error(`import ended with ${took.exitCode}`);
  show(
    `import of ${rows} rows as JSON Lines`,
    `${((6 * rows) / 1_000_000).toFixed(1)} s`,
    `${(took.ms / 1000).toFixed(1)} s, ${(took.cpuMs / 1000).toFixed(1)} s of CPU, ${took.peakMb.toFixed(0)} MB`,
  );
  const env = {
    ...QUIET,
    LITELLM_PULSE_LEDGER_PATH: join(folder, "ingest.ledger.db"),
    LITELLM_PULSE_DB_PATH: join(folder, "ingest.db"),
  };
  const service = await startService(binary, env);
  const at = `http://127.0.0.1:${service.port}`;
  const lines = (await Bun.file(file).text()).trimEnd().split("\n");
  let longest = 0;
  let isOver = false;
  const asking = (async () => {
    for (; !isOver; await Bun.sleep(5)) {
      const asked = performance.now();
      await (await fetch(`${at}/health/live`)).arrayBuffer();
      longest = Math.max(longest, performance.now() - asked);
    }
  })();
  const began = performance.now();
  for (let from = 0; from < lines.length; from += ROWS_OF_A_BODY) {
    const body = lines.slice(from, from + ROWS_OF_A_BODY).join("\n");
    const answer = await fetch(`${at}/ingest`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body,
    });
    if (!answer.ok) throw new Error(`/ingest answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
  const perSecond = lines.length / ((performance.now() - began) / 1000);
  isOver = true;
  await asking;
  await service.stop();
  show(
    "POST /ingest, 1000 rows a body",
    "20 000 rows a second",
    `${Math.round(perSecond)} a second, longest wait of another request ${longest.toFixed(0)} ms`,
  );
}

/** Measures answers of a ledger, each of a window that was never asked before. */
export async function measureAnswers(binary: string, folder: string, ledger: string, show: Show): Promise<void> {
  const env = { ...QUIET, LITELLM_PULSE_LEDGER_PATH: ledger, LITELLM_PULSE_DB_PATH: join(folder, "answers.db") };
  const service = await startService(binary, env);
  const ask = async (path: string): Promise<number> => {
    const asked = performance.now();
    const answer = await fetch(`http://127.0.0.1:${service.port}${path}`);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return performance.now() - asked;
  };
  const whole = await ask("/usage");
  const aggregate = await ask("/aggregate");
  const windows: number[] = [];
  for (let days = 0; days < ASKED; days++) {
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    const start = day(Date.now() - (90 - days) * 86_400_000);
    windows.push(await ask(`/usage?start=${start}&end=${day(Date.now())}`));
  }
  await service.stop();
  show(
    "GET /usage of 70 to 90 days, each window for the first time (median of 20)",
    "50 ms",
    `${median(windows).toFixed(0)} ms (of everything, first answer of the process ${whole.toFixed(0)} ms; /aggregate ${aggregate.toFixed(0)} ms)`,
  );
}

async function writeLines(sql: Sql, file: string): Promise<number> {
  const [counted] = await sql`SELECT least(count(*), ${MOST_ROWS})::int AS rows FROM "LiteLLM_SpendLogs"`;
  const rows =
    sql`SELECT row_to_json(log)::text AS line FROM (SELECT * FROM "LiteLLM_SpendLogs" ORDER BY "startTime" LIMIT ${MOST_ROWS}) AS log`.cursor(
      5000,
    );
  const text = new Transform({
    writableObjectMode: true,
    transform(page: readonly { line: string }[], _, done) {
      done(null, page.map(({ line }) => `${line}\n`).join(""));
    },
  });
  await pipeline(Readable.from(rows), text, createWriteStream(file));
  return Number(counted?.["rows"] ?? 0);
}
