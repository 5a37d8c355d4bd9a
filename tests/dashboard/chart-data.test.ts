import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Layer, placeOf, stacked, stepMs } from "../../lib/dashboard/page/chart-data.ts";
import { zoomRange } from "../../lib/dashboard/page/zoom.ts";
import { propertyRuns } from "../support/property.ts";

const layer = (amounts: readonly (number | null)[]): Layer => ({ name: "a", value: "a", color: 0, total: 0, amounts });

describe("the stack", () => {
  test("ends with the sum of its layers and never falls", () => {
    const amounts = fc.array(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(amounts, (lists) => {
        const tops = stacked(lists.map(layer));
        for (const step of [0, 1, 2]) {
          const heights = tops.map((top) => top[step] ?? Number.NaN);
          expect(heights.at(-1)).toBe(lists.reduce((sum, list) => sum + (list[step] ?? 0), 0));
          expect(heights).toEqual(heights.toSorted((a, b) => a - b));
        }
      }),
      propertyRuns(100),
    );
  });

  test("has nothing where a step is not known", () => {
    expect(stacked([layer([1, null]), layer([2, null])])).toEqual([
      [1, null],
      [3, null],
    ]);
  });
});

describe("a place on the time axis", () => {
  const HOURS = [0, 60, 120];
  test.each([
    [0, -0.5],
    [30, 0],
    [60, 0.5],
    [150, 2],
    [180, 2.5],
    [-10, -0.5],
    [999, 2.5],
  ])("of %d is %d", (at, place) => expect(placeOf(at, HOURS, 180)).toBe(place));
});

describe("steps", () => {
  const DAYS = ["2026-11-20T21:15:00-05:00", "2026-11-21T00:00:00-05:00", "2026-11-22T00:00:00-05:00"];
  test("are as long as the longest, as the first may begin in the middle", () => {
    expect(stepMs(DAYS)).toBe(86_400_000);
    expect(stepMs(DAYS.slice(0, 1))).toBe(3_600_000);
  });

  test("that are days are zoomed into by date, hours by the instant after the last", () => {
    const data = {
      starts: DAYS,
      isDaily: true,
      places: 3,
      totals: [],
      estimated: [],
      layers: [],
      unit: "usd" as const,
    };
    expect(zoomRange(data, 1, 2)).toEqual({ kind: "range", since: "2026-11-21", until: "2026-11-22" });
    const hours = { ...data, isDaily: false, starts: ["2026-11-21T01:00:00-05:00", "2026-11-21T02:00:00-05:00"] };
    expect(zoomRange(hours, 0, 0)).toMatchObject({ since: hours.starts[0], until: hours.starts[1] });
    expect(zoomRange(hours, 1, 1)).toMatchObject({ since: hours.starts[1], until: "2026-11-21T08:00:00Z" });
    expect(zoomRange(hours, 5, 6)).toBeUndefined();
  });
});
