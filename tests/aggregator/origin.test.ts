import { describe, expect, test } from "bun:test";
import { beganAt, type Origin } from "../../lib/aggregator/origin.ts";

const CREATED: Origin = { kind: "created", seconds: 1_795_293_297.75 };
const START_MS = 1_795_293_284_560;

describe("the moment since which a counter can have counted", () => {
  test.each<[string, Origin, number | undefined, number | undefined]>([
    ["is that of the series' own `_created`", CREATED, undefined, 1_795_293_297_750],
    ["is that of the series' own `_created`, after its process began", CREATED, START_MS, 1_795_293_297_750],
    ["is not before its process began", CREATED, 1_795_293_299_000, 1_795_293_299_000],
    ["is the start of the process", { kind: "process", seconds: START_MS / 1000 }, START_MS, START_MS],
    ["is unknown where the page has neither", { kind: "unknown" }, undefined, undefined],
  ])("%s", (_, origin, processBeganAt, at) => {
    expect(beganAt(origin, processBeganAt)).toBe(at as number);
  });
});
