import { describe, expect, test } from "bun:test";
import { type Origin, originAt } from "../../lib/aggregator/origin.ts";

describe("the moment of an origin", () => {
  test.each<[string, Origin, number | undefined]>([
    ["is that of the series' own `_created`", { kind: "created", seconds: 1_795_293_297.75 }, 1_795_293_297_750],
    ["is the start of the process", { kind: "process", seconds: 1_795_293_284.56 }, 1_795_293_284_560],
    ["is unknown where the page has neither", { kind: "unknown" }, undefined],
  ])("%s", (_, origin, at) => {
    expect(originAt(origin) === at).toBe(true);
  });
});
