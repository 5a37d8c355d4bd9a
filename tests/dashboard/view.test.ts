import { expect, test } from "bun:test";
import fc from "fast-check";
import { DEFAULT_VIEW, DIMENSIONS, METRICS, parseView, searchOf, type View } from "../../lib/dashboard/page/view.ts";
import { propertyRuns } from "../support/property.ts";

const dimension = fc.constantFrom(...DIMENSIONS.map(([name]) => name));
const word = fc.string({ minLength: 1, unit: "grapheme" });
const view: fc.Arbitrary<View> = fc.record({
  range: fc.oneof(
    fc.record({ kind: fc.constant("period" as const), period: fc.constantFrom("today", "yesterday", "week", "month") }),
    fc.record({ kind: fc.constant("last" as const), last: word }),
    fc.record({ kind: fc.constant("range" as const), since: word, until: fc.option(word, { nil: undefined }) }),
  ),
  by: dimension,
  metric: fc.constantFrom(...METRICS.map(([name]) => name)),
  filters: fc.uniqueArray(fc.tuple(dimension, word), { maxLength: 4, selector: String }),
  sort: fc.option(word, { nil: undefined }),
  ascending: fc.boolean(),
  find: fc.string({ unit: "grapheme" }),
});

test("an address says everything that its view says", () => {
  fc.assert(
    fc.property(view, (shown) => {
      const back = parseView(searchOf(shown));
      const order = (filters: View["filters"]) => filters.map(String).toSorted();
      expect(order(back.filters)).toEqual(order(shown.filters));
      expect({ ...back, filters: [] }).toEqual({ ...shown, filters: [] });
    }),
    propertyRuns(200),
  );
});

test("the usual view has an empty address", () => expect(searchOf(DEFAULT_VIEW)).toBe("?"));

test.each(["?by=nonsense&metric=euros&period=never&order=up", "?%E0%A4%A", ""])(
  "an address that is not understood, as %j, is as if it said nothing",
  (search) => expect(parseView(search)).toEqual(DEFAULT_VIEW),
);
