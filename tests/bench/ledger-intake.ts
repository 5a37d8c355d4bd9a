import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Sql } from "postgres";
import { atLeast, atMost, type Bench } from "./bench.ts";
import { UNSCRAPED } from "./litellm.ts";
import { run } from "./process.ts";
import { type Service, startService } from "./service.ts";

const MOST_ROWS = 200_000;
const ROWS_OF_A_BODY = 1000;
/** An import is as fast as a first sync. */
const SECONDS_OF_A_MILLION = 6;

/** Measures an import of rows of the log as JSON Lines, and the same rows coming to `/ingest`. */
export async function measureIntake({ binary, folder, show }: Bench, sql: Sql): Promise<void> {
  const file = join(folder, "rows.jsonl");
  const rows = await writeLines(sql, file);
  const took = await run([binary, "import", file], { LITELLM_PULSE_LEDGER_PATH: join(folder, "import.ledger.db") });
  show(
    `import of ${rows} rows as JSON Lines`,
    [atMost((SECONDS_OF_A_MILLION * rows) / 1e6, took.ms / 1000, "s")],
    `${(took.cpuMs / 1000).toFixed(1)} s of CPU, ${took.peakMb.toFixed(0)} MB`,
  );
  const service = await startService(binary, {
    ...UNSCRAPED,
    LITELLM_PULSE_LEDGER_PATH: join(folder, "ingest.ledger.db"),
    LITELLM_PULSE_DB_PATH: join(folder, "ingest.db"),
  });
  const { perSecond, longestWaitMs } = await ingest(service, file);
  await service.stop();
  show(
    `POST /ingest, ${ROWS_OF_A_BODY} rows a body`,
    [atLeast(20_000, perSecond, "rows a second")],
    `longest wait of another request ${longestWaitMs.toFixed(0)} ms`,
  );
}

/** Sends the lines of a file in bodies one after another, while another client asks. */
async function ingest(service: Service, file: string): Promise<{ perSecond: number; longestWaitMs: number }> {
  const lines = (await Bun.file(file).text()).trimEnd().split("\n");
  let longestWaitMs = 0;
  let isOver = false;
  const asking = (async () => {
    for (; !isOver; await Bun.sleep(5)) {
      const asked = performance.now();
      await (await fetch(`${service.url}/health/live`)).arrayBuffer();
      longestWaitMs = Math.max(longestWaitMs, performance.now() - asked);
    }
  })();
  const began = performance.now();
  for (let from = 0; from < lines.length; from += ROWS_OF_A_BODY) {
    const answer = await fetch(`${service.url}/ingest`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: lines.slice(from, from + ROWS_OF_A_BODY).join("\n"),
    });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`/ingest answered ${answer.status}: ${said}`);
  }
  const perSecond = lines.length / ((performance.now() - began) / 1000);
  isOver = true;
  await asking;
  return { perSecond, longestWaitMs };
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
