import { expect, test } from "bun:test";
import fc from "fast-check";
import { COUNTERS } from "../../lib/litellm/metrics.ts";
import { DAY, MINUTE } from "../support/api.ts";
import { openMetered } from "../support/metered.ts";

const START = Date.parse("2026-10-23T00:00:00Z");
const QUARTER = 15 * MINUTE;

const use = fc.record({
  at: fc.integer({ min: 2, max: 5 * 1440 }),
  model: fc.constantFrom("a", "b", "other", ""),
  team: fc.constantFrom("red", "__proto__", undefined),
  cost: fc.integer({ min: 0, max: 1_000_000 }),
  tokens: fc.integer({ min: 0, max: 1e6 }),
});
const question = fc.record({
  from: fc.integer({ min: 0, max: 500 }),
  quarters: fc.integer({ min: 1, max: 500 }),
  by: fc.constantFrom("model", "team,model", "day", "hour", "hour,model", "day,team"),
  step: fc.constantFrom("15m", "hour", "day"),
  top: fc.constantFrom("1", "2", "10"),
});

test("total, groups and steps are the truth for any use and any window of quarter hours in any zone", () => {
  const zones = fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Santiago");
  fc.assert(
    fc.property(
      fc.array(use, { maxLength: 6 }),
      fc.array(question, { minLength: 1, maxLength: 4 }),
      zones,
      (uses, questions, zone) => {
        using store = openMetered(START, { zone });
        store.use(START + MINUTE, { model: "a" }, { cost: 1e-6 });
        for (const { at, model, team, cost, tokens } of uses.toSorted((a, b) => a.at - b.at)) {
          store.use(START + at * MINUTE, team === undefined ? { model } : { model, team }, {
            cost: cost / 1e6,
            tokens,
          });
        }
        store.scrape(START + 6 * DAY);
        for (const { from, quarters, by, step, top } of questions) {
          const since = START + from * QUARTER;
          const until = since + quarters * QUARTER;
          const answer = store.answer({
            since: new Date(since).toISOString(),
            until: new Date(until).toISOString(),
            by,
            step,
            top,
          });
          const truth = store.uses.filter(({ at }) => at >= since && at < until);
          for (const counter of COUNTERS) {
            const sum = truth.reduce((all, { amounts }) => all + (amounts[counter] ?? 0), 0);
            expect(answer.total[counter]).toBeCloseTo(sum, 9);
            for (const parts of [answer.groups, answer.steps]) {
              expect(parts.reduce((all, part) => all + (part[counter] ?? 0), 0)).toBeCloseTo(sum, 9);
            }
          }
        }
      },
    ),
    { numRuns: 15 },
  );
});
