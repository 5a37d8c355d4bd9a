import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type IncreaseInput, increase } from "../../lib/aggregator/increase.ts";
import type { Origin } from "../../lib/aggregator/origin.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../support/property.ts";

const MARK = 1_790_000_000_000;
const created = (offsetMs: number): Origin => ({ kind: "created", seconds: (MARK + offsetMs) / 1000 });
const started = (offsetMs: number): Origin => ({ kind: "process", seconds: (MARK + offsetMs) / 1000 });
const UNKNOWN: Origin = { kind: "unknown" };
const OLD = created(-60_000);

const PLAIN: IncreaseInput = {
  value: 10,
  known: undefined,
  origin: OLD,
  processBeganAt: MARK - 3_600_000,
  isMark: false,
  markAt: MARK,
  isNamelessRestart: false,
  sawProcessSinceMark: true,
  forgottenBefore: undefined,
};

type Row = [situation: string, given: Partial<IncreaseInput>, kind: string, amount: number];

describe("the increase of a counter", () => {
  test.each<Row>([
    ["the page is the mark", { isMark: true }, "baseline", 0],
    ["the page is the mark, though the series began later", { isMark: true, origin: created(5000) }, "baseline", 0],
    ["the page is the mark, though the series is known", { isMark: true, known: { value: 3 } }, "baseline", 0],
    [
      "the page names no process and is taken for a restart",
      { origin: UNKNOWN, known: { value: 4 }, isNamelessRestart: true },
      "reset",
      10,
    ],
    ["a known series did not change", { known: { value: 10 } }, "grew", 0],
    ["a known series is higher", { known: { value: 4 } }, "grew", 6],
    ["a known series rose from zero", { known: { value: 0 } }, "grew", 10],
    ["a known series without `_created` is lower", { origin: started(-1), known: { value: 25 } }, "reset", 10],
    ["a known series of no process is lower", { origin: UNKNOWN, known: { value: 25 } }, "reset", 10],
    ["a known series fell to zero", { origin: UNKNOWN, value: 0, known: { value: 25 } }, "reset", 0],
    ["an unknown series was created after the mark", { origin: created(1) }, "born", 10],
    ["an unknown series was created at the mark", { origin: created(0) }, "baseline", 0],
    ["an unknown series was created before the mark", { origin: created(-1) }, "baseline", 0],
    [
      "an unknown series says it is older than its process, which began after the mark",
      { origin: created(-1), processBeganAt: MARK + 1 },
      "born",
      10,
    ],
    [
      "an unknown series was created after the mark in a process that nobody saw",
      { origin: created(1), sawProcessSinceMark: false },
      "born",
      10,
    ],
    [
      "an unknown series without `_created` is of a process that began after the mark",
      { origin: started(1), sawProcessSinceMark: false },
      "born",
      10,
    ],
    [
      "an unknown series without `_created` is of a process that answered since the mark",
      { origin: started(-1) },
      "born",
      10,
    ],
    [
      "an unknown series without `_created` is of an old process that answers for the first time",
      { origin: started(-1), sawProcessSinceMark: false },
      "baseline",
      0,
    ],
    ["an unknown series stands on a page that names no process, like those before", { origin: UNKNOWN }, "born", 10],
    [
      "an unknown series stands on the first page that names no process",
      { origin: UNKNOWN, sawProcessSinceMark: false },
      "baseline",
      0,
    ],
    [
      "an unknown series began before state was dropped",
      { origin: created(5), forgottenBefore: MARK + 6 },
      "baseline",
      0,
    ],
    ["an unknown series began as state was dropped", { origin: created(6), forgottenBefore: MARK + 6 }, "born", 10],
    ["an unknown series began after state was dropped", { origin: created(7), forgottenBefore: MARK + 6 }, "born", 10],
    [
      "a process began before state was dropped",
      { origin: started(5), forgottenBefore: MARK + 6, sawProcessSinceMark: false },
      "baseline",
      0,
    ],
    [
      "a series that never had a usable value was born since the mark",
      { origin: created(1), known: { value: undefined } },
      "born",
      10,
    ],
    ["a series that never had a usable value is older than the mark", { known: { value: undefined } }, "baseline", 0],
    [
      "a series that never had a usable value does not say when it began",
      { origin: UNKNOWN, known: { value: undefined } },
      "baseline",
      0,
    ],
    ["the value is NaN", { value: Number.NaN, known: { value: 4 } }, "refused", 0],
    ["the value is infinite", { value: Number.POSITIVE_INFINITY, known: { value: 4 } }, "refused", 0],
    ["the value is negatively infinite", { value: Number.NEGATIVE_INFINITY }, "refused", 0],
    ["the value is negative", { value: -1, known: { value: 4 } }, "refused", 0],
    ["the value of the mark is NaN", { value: Number.NaN, isMark: true }, "refused", 0],
  ])("where %s", (_, given, kind, amount) => {
    expect(increase({ ...PLAIN, ...given })).toEqual({ kind, amount } as ReturnType<typeof increase>);
  });

  test("is nothing where a series is lower though its `_created` is the same: the page is older than the state", () => {
    const lower = { ...PLAIN, known: { value: 25 } };
    expect(increase(lower)).toEqual({ kind: "stale", amount: 0 });
  });

  test("takes a page that is no mark for a restart only where nothing names the process", () => {
    const given = { ...PLAIN, known: { value: 4 }, isNamelessRestart: true };
    expect(increase(given)).toEqual({ kind: "grew", amount: 6 });
    expect(increase({ ...given, origin: started(-5) })).toEqual({ kind: "grew", amount: 6 });
  });
});

describe("whatever a page shows", () => {
  const number = fc.oneof(
    fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE),
    fc.double(),
  );
  const origin = fc.oneof(
    fc.constant(UNKNOWN),
    fc.record({
      kind: fc.constantFrom("created" as const, "process" as const),
      seconds: fc.double({ min: 0, noNaN: true }),
    }),
  );
  const input: fc.Arbitrary<IncreaseInput> = fc.record({
    value: number,
    known: fc.option(fc.record({ value: fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined }) }), {
      nil: undefined,
    }),
    origin,
    processBeganAt: fc.option(fc.double({ min: 0, max: 1e15, noNaN: true }), { nil: undefined }),
    isMark: fc.boolean(),
    markAt: fc.double({ min: 0, max: 1e15, noNaN: true }),
    isNamelessRestart: fc.boolean(),
    sawProcessSinceMark: fc.boolean(),
    forgottenBefore: fc.option(fc.double({ min: 0, max: 1e15, noNaN: true }), { nil: undefined }),
  });

  test(
    "an increase is finite, not negative and at most the value",
    () => {
      fc.assert(
        fc.property(input, (given) => {
          const { amount } = increase(given);
          expect(Number.isFinite(amount)).toBe(true);
          expect(amount).toBeGreaterThanOrEqual(0);
          if (amount > 0) expect(amount).toBeLessThanOrEqual(given.value);
        }),
        propertyRuns(500),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
