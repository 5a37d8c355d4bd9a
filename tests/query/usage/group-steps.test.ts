import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HOUR, MINUTE, NOON } from "../../support/api.ts";
import { openMetered } from "../../support/metered.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";

const MODELS = ["a", "b", "c", "d", "other"] as const;

/** Sums of one counter by step and group, as an answer shows them. */
function amounts(groups: readonly { readonly steps?: readonly (number | null)[] }[], index: number): number {
  return groups.reduce((sum, { steps }) => sum + (steps?.[index] ?? 0), 0);
}

describe("the steps of groups", () => {
  const use = fc.record({
    minutes: fc.integer({ min: 1, max: 1800 }),
    model: fc.constantFrom(...MODELS),
    cost: fc.integer({ min: 0, max: 1000 }),
  });

  test(
    "add up to the steps and to the groups, whatever was used when and however many groups are folded",
    () => {
      fc.assert(
        fc.property(
          fc.array(use, { maxLength: 12 }),
          fc.constantFrom("15m", "hour", "day"),
          fc.integer({ min: 1, max: 6 }),
          fc.constantFrom("UTC", "America/New_York", "Asia/Kathmandu"),
          (uses, step, top, zone) => {
            using store = openMetered(NOON, { zone });
            for (const { minutes, model, cost } of uses.toSorted((a, b) => a.minutes - b.minutes)) {
              store.use(NOON + minutes * MINUTE, { model }, { cost });
            }
            const { groups, steps } = store.answer({ last: "36h", step, top: String(top), group_steps: "cost" });
            for (const [index, { cost }] of steps.entries()) expect(amounts(groups, index)).toBeCloseTo(cost ?? 0, 9);
            for (const group of groups) {
              expect(group.steps).toHaveLength(steps.length);
              expect(group.steps?.reduce<number>((sum, cost) => sum + (cost ?? 0), 0)).toBeCloseTo(group.cost ?? 0, 9);
            }
          },
        ),
        propertyRuns(15),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test("are null where the step is not known, and absent where nobody asks", () => {
    using store = openMetered(NOON - HOUR);
    store.use(NOON, { model: "a" }, { cost: 2 });
    const asked = { last: "3h", step: "hour", top: "5" };
    expect(store.answer(asked).groups[0]).not.toHaveProperty("steps");
    const { steps, groups } = store.answer({ ...asked, group_steps: "cost" });
    expect(steps.map(({ cost }) => cost)).toEqual([null, null, 0, 2]);
    expect(groups[0]?.steps).toEqual([null, null, 0, 2]);
  });

  test("are null everywhere where LiteLLM has no such counter", () => {
    using store = openMetered(NOON - HOUR, { counters: ["requests"] });
    store.use(NOON, { model: "a" }, {});
    const { groups } = store.answer({ last: "2h", step: "hour", top: "5", group_steps: "cost" });
    expect(groups[0]?.steps).toEqual([null, null, null]);
  });

  test.each([
    [{ group_steps: "cost" }, "expected top from 1 to 50"],
    [{ group_steps: "cost", top: "51" }, "expected top from 1 to 50"],
    [{ group_steps: "cost", top: "5", by: "model,day" }, "not by time"],
    [{ group_steps: "euros", top: "5" }, "expected one of requests"],
  ])("are refused with one line: %j", (words, message) => {
    using store = openMetered(NOON);
    expect(() => store.answer(words)).toThrow(message);
  });
});
