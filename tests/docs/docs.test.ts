import { describe, expect, test } from "bun:test";
import { fillMarkers } from "./fill-markers.ts";
import { docsTables } from "./tables.ts";

test("README's tables are those of the code", async () => {
  const readme = await Bun.file(new URL("../../README.md", import.meta.url)).text();
  expect(fillMarkers(readme, docsTables())).toBe(readme);
});

describe("fillMarkers()", () => {
  const text = "a\n<!-- docs:x -->\nold\n<!-- docs:end -->\nb\n<!-- docs:y --><!-- docs:end -->\n";

  test("replaces what stands between the markers, and is stable", () => {
    const given = "a\n<!-- docs:x -->\nold\n<!-- docs:end -->\nb\n";
    const filled = fillMarkers(given, new Map([["x", "$1 new"]]));
    expect(filled).toBe("a\n<!-- docs:x -->\n\n$1 new\n\n<!-- docs:end -->\nb\n");
    expect(fillMarkers(filled, new Map([["x", "$1 new"]]))).toBe(filled);
  });

  test("refuses a table without a place and a place without a table", () => {
    expect(() => fillMarkers(text, new Map([["z", "1"]]))).toThrow("No place for the table of z");
    expect(() => fillMarkers(text, new Map())).toThrow("No table for the place of x");
  });
});
