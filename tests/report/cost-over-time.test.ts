import { describe, expect, test } from "bun:test";
import { costOverTime } from "../../lib/report/cost-over-time.ts";
import { glyphsFor } from "../../lib/report/glyphs.ts";
import { sparkLine } from "../../lib/report/spark-line.ts";
import { measures } from "./answers.ts";

const BLOCKS = glyphsFor(true);
const MINUTE_MS = 60_000;

function steps(costs: readonly (number | null)[], everyMinutes: number) {
  const first = Date.parse("2026-11-01T00:00:00Z");
  return costs.map((cost, index) => ({
    at: new Date(first + index * everyMinutes * MINUTE_MS).toISOString(),
    estimated: false,
    ...measures({ cost }),
  }));
}

describe("a spark line", () => {
  test.each<[string, readonly number[], number, string]>([
    ["climbs", [0, 1, 2, 3, 4, 5, 6, 7], 1, "▁▂▃▄▅▆▇█"],
    ["keeps what is little apart from nothing", [0, 0.0001, 1_000], 1, "▁▂█"],
    ["is low where all is nothing", [0, 0], 1, "▁▁"],
    ["is high where all is the same", [3, 3], 1, "██"],
    ["is empty for nothing", [], 1, ""],
    ["adds neighbours up", [1, 1, 1, 1, 0, 0, 2], 2, "██▁█"],
    ["treats what is below nothing as nothing", [-1, 1], 1, "▁█"],
  ])("%s", (_, values, merged, text) => {
    expect(sparkLine(values, merged, BLOCKS.ramp)).toBe(text);
  });

  test("has a ramp of ASCII characters", () => {
    expect(sparkLine([0, 1, 2, 3, 4, 5, 6, 7], 1, glyphsFor(false).ramp)).toBe("_.:-=+*#");
  });
});

describe("cost over time", () => {
  test.each<[string, readonly (number | null)[], number, number, string]>([
    ["names quarters of an hour", [1, 2, 4], 15, 80, "cost by 15 min ▃▅█"],
    ["names hours", [1, 2, 4], 60, 80, "cost by hour ▃▅█"],
    ["names days", [1, 2, 4], 1440, 80, "cost by day ▃▅█"],
    ["names nothing where there are two steps", [1, 2], 60, 80, "cost over time ▅█"],
    ["adds quarters up where there is no room", [1, 1, 1, 1, 0, 0], 15, 18, "cost by 30 min ██▁"],
    ["adds hours up where there is no room", Array(24).fill(1), 60, 24, "cost by 3 hours ████████"],
    ["adds up no more than it must", Array(24).fill(1), 60, 37, `cost by hour ${"█".repeat(24)}`],
  ])("%s", (_, costs, minutes, width, line) => {
    expect(costOverTime(steps(costs, minutes), BLOCKS, width)).toEqual([line]);
  });

  test("goes by the whole steps, not by the rest of one at the beginning", () => {
    const [first, ...others] = steps([1, 1, 1, 1], 1440);
    if (!first) throw new Error("There are four steps");
    const late = { ...first, at: "2026-11-01T23:50:00Z" };
    expect(costOverTime([late, ...others], BLOCKS, 80)).toEqual(["cost by day ████"]);
  });

  test("names hours where the clock is set back by half an hour", () => {
    const [first, ...others] = steps([1, 1, 1], 60);
    if (!first) throw new Error("There are three steps");
    expect(costOverTime([{ ...first, at: "2026-11-01T00:30:00Z" }, ...others], BLOCKS, 80)).toEqual([
      "cost by hour ███",
    ]);
  });

  test.each<[string, readonly (number | null)[]]>([
    ["there are no steps", []],
    ["there is one", [1]],
    ["nothing was spent", [0, 0, 0]],
    ["the cost is not known", [null, null, null]],
  ])("is not shown where %s", (_, costs) => {
    expect(costOverTime(steps(costs, 60), BLOCKS, 80)).toEqual([]);
  });
});
