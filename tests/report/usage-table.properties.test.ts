import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Grouping } from "../../lib/query/question/usage-question.ts";
import type { UsageAnswer } from "../../lib/query/usage/answer.ts";
import type { UsageBudget } from "../../lib/query/usage/budget.ts";
import type { UsageGroup } from "../../lib/query/usage/groups.ts";
import type { Measures } from "../../lib/query/usage/measures.ts";
import { usageTable } from "../../lib/report/usage-table.ts";
import { homelabAnswer, tableOptions } from "./answers.ts";
import { expectShown } from "./shown.ts";

const COUNT = fc.oneof(fc.nat(2000), fc.nat({ max: 1e12 }));
const MONEY = fc.oneof(
  fc.constant(0),
  fc.nat({ max: 999_999 }).map((nanos) => nanos / 1e9),
  fc.nat({ max: 1e9 }).map((micros) => micros / 1e6),
  fc.nat({ max: 1e8 }).map((cents) => cents / 100),
  fc.nat({ max: 1e9 }).map((dollars) => dollars + 0.25),
);
const PERCENT = fc.nat({ max: 10_000 }).map((parts) => parts / 100);
const NAME = fc.oneof(
  fc.constantFrom(
    "gpt-4.1",
    "通义千问-max",
    "llama-🦙-3.3",
    "cafe\u0301",
    "\u001b[2Kgone\n\n$1,000.00",
    "  61  $0.02 ",
    "👨‍👩‍👧‍👦🇩🇪1️⃣",
  ),
  fc.string({ unit: "binary", maxLength: 50, size: "max" }),
  fc.string({ unit: "grapheme", maxLength: 50, size: "max" }),
  fc.string({ unit: "grapheme-ascii", maxLength: 120, size: "max" }),
);
const BY = fc.subarray<Grouping>(["model", "team", "key", "end_user"], { minLength: 1, maxLength: 3 });

function anyMeasures(hidden: ReadonlySet<string>): fc.Arbitrary<Measures> {
  const value = (name: keyof Measures, values: fc.Arbitrary<number>) =>
    hidden.has(name) ? fc.constant(null) : fc.option(values, { freq: 20 });
  return fc.record({
    requests: value("requests", COUNT),
    failed_requests: value("failed_requests", COUNT),
    tokens: value("tokens", COUNT),
    input_tokens: value("input_tokens", COUNT),
    output_tokens: value("output_tokens", COUNT),
    reasoning_tokens: value("reasoning_tokens", COUNT),
    cost: value("cost", MONEY),
    cache_hits: value("cache_hits", COUNT),
    cache_misses: value("cache_misses", COUNT),
    cached_tokens: value("cached_tokens", COUNT),
    input_cached_tokens: value("input_cached_tokens", COUNT),
    input_cached_pct: value("input_cached_pct", PERCENT),
  });
}

function anyGroup(by: readonly Grouping[], hidden: ReadonlySet<string>): fc.Arbitrary<UsageGroup> {
  const names = fc.array(fc.option(NAME, { freq: 8 }), { minLength: by.length, maxLength: by.length });
  return fc.tuple(names, anyMeasures(hidden), fc.option(fc.integer({ min: 1, max: 9_999 }), { freq: 8 })).map(
    ([values, known, folded]): UsageGroup => ({
      ...Object.fromEntries(by.map((grouping, index) => [grouping, values[index] ?? null])),
      ...known,
      ...(folded === null ? {} : { folded }),
    }),
  );
}

const HIDDEN = fc.subarray([
  "requests",
  "failed_requests",
  "input_tokens",
  "output_tokens",
  "cost",
  "input_cached_pct",
]);

const BUDGET: fc.Arbitrary<UsageBudget> = fc.record({
  window: fc.constantFrom("daily", "weekly", "monthly"),
  limit: MONEY,
  spent: fc.option(MONEY),
  remaining: fc.option(MONEY),
  used_ratio: fc.option(fc.nat({ max: 1e9 }).map((parts) => parts / 10_000)),
  passed: fc.boolean(),
  forecast_passes: fc.boolean(),
});

const ASKED = fc.tuple(BY, HIDDEN).chain(([by, names]) => {
  const hidden = new Set(names);
  const answer = fc
    .record({
      name: fc.constantFrom("today", "yesterday", "week", "month", "last 7d", "range"),
      groups: fc.array(anyGroup(by, hidden), { maxLength: 6, size: "max" }),
      total: anyMeasures(hidden),
      before: anyMeasures(hidden),
      forecast: fc.record({ cost: fc.option(MONEY), low: fc.option(MONEY), high: fc.option(MONEY) }),
      observed_ratio: fc.nat({ max: 10_000 }).map((parts) => parts / 10_000),
      estimated_ratio: fc.nat({ max: 10_000 }).map((parts) => parts / 10_000),
      budget: fc.option(BUDGET, { nil: undefined }),
      costs: fc.array(MONEY, { maxLength: 400, size: "max" }),
    })
    .map(({ name, groups, total, before, forecast, observed_ratio, estimated_ratio, budget, costs }): UsageAnswer => {
      const { period, previous, coverage } = homelabAnswer();
      return homelabAnswer({
        period: { ...period, name },
        groups,
        total,
        forecast,
        ...(budget ? { budget } : {}),
        coverage: { ...coverage, observed_ratio, estimated_ratio },
        previous: { ...previous, ...before },
        steps: costs.map((cost, hour) => ({
          at: new Date(hour * 3_600_000).toISOString(),
          estimated: false,
          ...total,
          cost,
        })),
      });
    });
  const options = fc
    .record({
      width: fc.integer({ min: 40, max: 200 }),
      unicode: fc.boolean(),
      notes: fc.array(fc.string({ unit: "binary", maxLength: 100, size: "max" }), { maxLength: 2 }),
    })
    .map((given) => tableOptions({ ...given, by }));
  return fc.record({ answer, options });
});

describe("any answer at any width from 40 to 200", () => {
  test("has no line wider than the width, and no character that steers a terminal", () => {
    fc.assert(
      fc.property(ASKED, ({ answer, options }) => {
        const table = usageTable(answer, options);
        expect(table.endsWith("\n")).toBe(true);
        for (const line of table.slice(0, -1).split("\n")) {
          expect(Bun.stringWidth(line)).toBeLessThanOrEqual(options.width);
          expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
          expect(line).toBe(line.trimEnd());
        }
      }),
      { seed: 3, numRuns: 400 },
    );
  });

  test("shows every number of a shown column whole, in lines of one width", () => {
    fc.assert(
      fc.property(ASKED, ({ answer, options }) => {
        expectShown(usageTable(answer, { ...options, unicode: true }), answer, options.by);
      }),
      { seed: 4, numRuns: 400 },
    );
  });

  test("is the same text with colour and without", () => {
    fc.assert(
      fc.property(ASKED, ({ answer, options }) => {
        const coloured = usageTable(answer, { ...options, colour: true });
        expect(Bun.stripANSI(coloured)).toBe(usageTable(answer, options));
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});
