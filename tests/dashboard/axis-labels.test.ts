import { describe, expect, test } from "bun:test";
import { isoIn } from "../../lib/aggregator/iso.ts";
import { createZone } from "../../lib/aggregator/zone.ts";
import { axisLabels } from "../../lib/dashboard/page/axis-labels.ts";

/** The beginnings of so many steps of a zone. */
function starts(zoneName: string, from: string, count: number, step: "hour" | "day"): string[] {
  const zone = createZone(zoneName);
  let at = Date.parse(from);
  return Array.from({ length: count }, () => {
    const text = isoIn(at, zone);
    at = step === "hour" ? at + 3_600_000 : zone.dayAt(at).end;
    return text;
  });
}

const texts = (list: readonly string[], most: number) => axisLabels(list, most).map(({ text }) => text);

describe("the time axis", () => {
  test.each([
    [24, ["21 Nov", "01:00", "02:00"]],
    [8, ["21 Nov", "03:00", "06:00"]],
    [4, ["21 Nov", "06:00", "12:00"]],
    [2, ["21 Nov", "12:00"]],
  ])("of a day with room for %d labels has round hours", (most, first) => {
    expect(texts(starts("UTC", "2026-11-21T00:00:00Z", 24, "hour"), most).slice(0, 3)).toEqual(first);
  });

  test("of a month has every fifth date, of two Mondays, of a year the firsts of months, of ten years new years", () => {
    expect(texts(starts("UTC", "2026-11-01T00:00:00Z", 30, "day"), 8)).toEqual([
      "1 Nov",
      "6 Nov",
      "11 Nov",
      "16 Nov",
      "21 Nov",
      "26 Nov",
    ]);
    expect(texts(starts("UTC", "2026-11-01T00:00:00Z", 61, "day"), 9).slice(0, 2)).toEqual(["2 Nov", "9 Nov"]);
    expect(texts(starts("UTC", "2026-11-12T00:00:00Z", 10, "day"), 6).slice(0, 2)).toEqual(["13 Nov", "15 Nov"]);
    expect(texts(starts("UTC", "2026-01-01T00:00:00Z", 365, "day"), 12).slice(0, 3)).toEqual([
      "Jan 2026",
      "1 Feb",
      "1 Mar",
    ]);
    expect(texts(starts("UTC", "2026-01-01T00:00:00Z", 3650, "day"), 12).slice(0, 2)).toEqual(["Jan 2026", "Jan 2027"]);
  });

  test("names the day whose midnight daylight saving time skips", () => {
    const list = starts("America/Santiago", "2026-09-05T20:00:00Z", 24, "hour");
    expect(list.some((start) => start.startsWith("2026-09-06T00"))).toBe(false);
    expect(texts(list, 24)).toContain("6 Sep");
  });

  test("has no more labels than there is room for, whatever the steps", () => {
    for (const most of [2, 3, 5, 12]) {
      for (const count of [1, 5, 24, 51]) {
        const labels = axisLabels(starts("Asia/Kathmandu", "2026-11-21T03:17:00Z", count, "hour"), most);
        expect(labels.length).toBeGreaterThan(0);
        expect(labels.length).toBeLessThanOrEqual(most);
      }
    }
  });
});
