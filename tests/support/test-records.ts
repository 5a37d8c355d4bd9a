import fc from "fast-check";
import type { TestRecord } from "./ledger.ts";

const DAY = 86_400_000;
/** The first day of the records, in which some zones turn their clocks. */
const FIRST_AT = Date.UTC(2026, 9, 24);
/** The moment of their folding, and since when minutes are kept then: in the middle of one, and of the records. */
export const FOLDED_AT = FIRST_AT + 4 * DAY + 7 * 3_600_000 + 30_000;
export const MINUTES_FROM = FOLDED_AT - 50 * 3_600_000;

const name = fc.constantFrom("", "a", "b", 'ünï "q" {x}', "__proto__");
const nullable = fc.option(name, { nil: null });
const duration = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 5000 }));
const record = fc.record({
  at: fc.integer({ min: FIRST_AT, max: FIRST_AT + 4 * DAY - 1 }),
  latencyMs: duration,
  firstTokenMs: duration,
  spend: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5, noNaN: true })),
  prompt: fc.nat(5000),
  completion: fc.nat(5000),
  status: fc.constantFrom<(0 | 1)[]>(0, 0, 0, 1),
  cache: fc.constantFrom<(0 | 1 | 2)[]>(0, 1, 2),
  model: name,
  group: nullable,
  provider: nullable,
  key: name,
  user: nullable,
  endUser: nullable,
  team: nullable,
  tags: fc.option(fc.array(name, { maxLength: 3 }), { nil: null }),
  session: nullable,
});

/** Records of four days, each with an id of its own. */
export const someRecords = fc
  .array(record, { minLength: 1, maxLength: 40 })
  .map((list): TestRecord[] => list.map((each, index) => ({ ...each, id: `chatcmpl-${index}` })));

/** Zones that lie ahead of UTC, behind it, and between its hours. */
export const someZones = fc.constantFrom(
  "UTC",
  "America/New_York",
  "Asia/Kathmandu",
  "Pacific/Auckland",
  "Europe/Berlin",
);

/** What may happen to a record on its way: it comes in some part, again, or a fold of its part is broken off. */
export const someWays = fc.array(
  fc.record({ pick: fc.array(fc.nat(1000), { maxLength: 30 }), isBroken: fc.boolean(), reopens: fc.boolean() }),
  { maxLength: 8 },
);

/** The records that numbers of any size mean. */
export function picked(all: readonly TestRecord[], numbers: readonly number[]): TestRecord[] {
  return numbers.map((number) => all[number % all.length]).filter((each) => each !== undefined);
}
