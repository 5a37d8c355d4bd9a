import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSandbox } from "../support/binary.ts";

setDefaultTimeout(60_000);

const ROWS = 60_000;
const KILLS = 8;

/** Rows of the spend log over some days, in no order of time. */
function rows(): string[] {
  return Array.from({ length: ROWS }, (_, i) => {
    const at = Date.UTC(2026, 9, 1) + ((i * 7_919_777) % (6 * 86_400_000));
    return JSON.stringify({
      ...{ request_id: `chatcmpl-${i}`, startTime: new Date(at).toISOString(), spend: (i % 1000) / 1e5 },
      ...{ endTime: new Date(at + (i % 4000)).toISOString(), model: `model-${i % 7}`, user: `user-${i % 13}` },
      ...{
        total_tokens: i % 900,
        prompt_tokens: i % 900,
        completion_tokens: 0,
        status: i % 50 ? "success" : "failure",
      },
    });
  });
}

test("import killed at any moment and begun again counts each record once", async () => {
  await using sandbox = openSandbox();
  const file = join(sandbox.folder, "rows.jsonl");
  writeFileSync(file, rows().join("\n"));
  const whole = await sandbox.run(["import", file], { set: { LEDGER_PATH: join(sandbox.folder, "whole.db") } });
  expect(whole.stdout).toBe("Counted 60,000 records\n");
  let killed = 0;
  for (let round = 1; round <= KILLS; round++) {
    const run = sandbox.start(["import", file]);
    await Bun.sleep((whole.tookMs * round) / (KILLS + 1));
    run.kill("SIGKILL");
    killed += (await run.finished).signal === "SIGKILL" ? 1 : 0;
  }
  expect(killed).toBeGreaterThan(KILLS / 4);
  const last = await sandbox.run(["import", file, "--json"]);
  const { counted, duplicates } = JSON.parse(last.stdout);
  expect(counted + duplicates).toBe(ROWS);
  const db = new Database(join(sandbox.folder, "pulse.ledger.db"), { readonly: true });
  const sums = db
    .query<Record<string, number>, []>(
      "SELECT SUM(requests) AS requests, SUM(failures) AS failures, SUM(total_tokens) AS tokens, SUM(spend) AS spend FROM payer_day",
    )
    .get();
  db.close();
  expect(sums).toEqual({
    requests: ROWS,
    failures: ROWS / 50,
    tokens: Array.from({ length: ROWS }, (_, i) => i % 900).reduce((sum, each) => sum + each, 0),
    spend: expect.closeTo(((ROWS / 1000) * (999 * 500)) / 1e5, 6),
  });
});
