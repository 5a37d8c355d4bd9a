import { expect, test } from "bun:test";
import { createIntake } from "../../lib/ledger/intake.ts";
import { ingestValues } from "../../lib/server/ingest-body.ts";
import { openTestLedger } from "../support/ledger.ts";

const NOW = Date.UTC(2026, 10, 9, 12);
const RECORDS = 40_000;

/** What the work gives, and how often others had a turn before it was done. */
async function withTurns<Value>(
  work: () => Promise<Value>,
): Promise<{ readonly value: Value; readonly turns: number }> {
  let turns = 0;
  let isDone = false;
  const turn = () => {
    if (isDone) return;
    turns++;
    setImmediate(turn);
  };
  setImmediate(turn);
  const value = await work();
  isDone = true;
  return { value, turns };
}

test("others get their turn while a large body is parsed, read and counted, and two at once are counted in whole", async () => {
  const records = Array.from({ length: RECORDS }, (_, number) => ({
    request_id: `id-${number}`,
    startTime: new Date(NOW - number * 1000).toISOString(),
    model: "gpt-4o",
    spend: 0.25,
    total_tokens: 3,
  }));
  const parsed = await withTurns(() => ingestValues(records.map((record) => JSON.stringify(record)).join("\n")));
  expect(parsed.value).toEqual(records.map((value) => ({ value })));
  expect(parsed.turns).toBeGreaterThan(1);
  const intake = createIntake(openTestLedger(), () => NOW);
  const values = parsed.value ?? [];
  const counted = await withTurns(() => Promise.all([intake(values), intake(values.slice(100))]));
  expect(counted.value).toEqual([
    { accepted: RECORDS, duplicates: 0, rejected: [] },
    { accepted: 0, duplicates: RECORDS - 100, rejected: [] },
  ]);
  expect(counted.turns).toBeGreaterThan(1);
});
