import { Database } from "bun:sqlite";
import fc from "fast-check";
import { foldBatch } from "../../lib/ledger/fold/fold-batch.ts";
import { batchOf, openTestLedger, type TestRecord } from "./ledger.ts";

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 96 * QUARTER;
/** Days before: the weeks hold each zone's change of the clocks, or none. */
export const DAYS = 9;
const NOWS = ["2026-11-03T15:07:00Z", "2026-03-12T02:30:00Z", "2026-04-07T13:59:59.999Z", "2026-06-01T00:00:00Z"];
const ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati"];

const zone = fc.constantFrom(...ZONES);
const record = fc.record({
  back: fc.oneof(
    fc.nat({ max: DAYS * 96 }).map((quarters) => quarters * QUARTER),
    fc.nat({ max: DAYS * DAY }),
  ),
  latencyMs: fc.constantFrom(Number.NaN, 1, 250, 251, 4000),
  firstTokenMs: fc.constantFrom(Number.NaN, 1, 90),
  spend: fc.constantFrom(0, 0.1, 0.2, 1e-9, 12.5),
  prompt: fc.nat({ max: 900 }),
  completion: fc.nat({ max: 90 }),
  status: fc.constantFrom<0 | 1>(0, 0, 1),
  cache: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
  model: fc.constantFrom("a", "b", ""),
  group: fc.constantFrom("g", "", null),
  provider: fc.constantFrom("p", "q", null),
  key: fc.constantFrom("k1", "k2", ""),
  user: fc.constantFrom("u", "v", "", null),
  endUser: fc.constantFrom("e", "", null),
  team: fc.constantFrom("t", null),
  session: fc.constantFrom("s1", "s2", "", null),
});

/** Small worlds: requests of some days, a moment, and two zones. */
export const worlds = fc.record({
  records: fc.array(record, { minLength: 1, maxLength: 40 }),
  now: fc.constantFrom(...NOWS).map((text) => Date.parse(text)),
  folded: zone,
  asked: zone,
});

/** The source as a table, with what a clock in the zone shows when a request begins. */
export function sourceOf(records: readonly TestRecord[], zoneName: string): Database {
  const db = new Database(":memory:", { strict: true });
  const columns =
    "id, at, latency, ttft, spend, prompt, completion, status, cache, model, model_group, provider, key, user, end_user, team, session, day, hour";
  db.run(`CREATE TABLE log (${columns})`);
  const clock = new Intl.DateTimeFormat("sv", { timeZone: zoneName, dateStyle: "short", timeStyle: "medium" });
  const insert = db.query(`INSERT INTO log VALUES (${columns.replace(/\w+/g, "?")})`);
  for (const one of records) {
    const wall = clock.format(one.at);
    insert.run(
      ...[one.id, one.at, orNull(one.latencyMs), orNull(one.firstTokenMs), one.spend, one.prompt, one.completion],
      ...[one.status, one.cache, one.model, one.group, one.provider, one.key, one.user, one.endUser, one.team],
      ...[one.session, wall.slice(0, 10), Number(wall.slice(11, 13))],
    );
  }
  return db;
}

const orNull = (value: number) => (Number.isNaN(value) ? null : value);

/** A ledger that counted them, in a zone. */
export async function ledgerOf(records: readonly TestRecord[], now: number, zoneName: string) {
  const ledger = openTestLedger(zoneName);
  await foldBatch(ledger, batchOf(records), { now, source: "records" });
  return ledger;
}

type Made = { readonly back: number } & Omit<TestRecord, "id" | "at" | "tags">;

/** Made-up requests with their names and moments, all of them before now. */
export const recordsOf = (made: readonly Made[], now: number): TestRecord[] =>
  made.map(({ back, ...one }, index) => ({ ...one, id: String(index), at: now - 1 - back, tags: null }));
