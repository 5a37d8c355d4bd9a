import { describe, expect, test } from "bun:test";
import type { Page } from "../../lib/parser/page.ts";
import { fixture, fixtureText } from "../support/fixtures.ts";
import { parse, parsePage } from "./parse.ts";

const PAGES = [
  "fresh.prom",
  "few-requests.prom",
  "mixed.prom",
  "mixed.prom.gz",
  ...Array.from({ length: 10 }, (_, index) => `seq-${index + 1}.prom.gz`),
  ...Array.from({ length: 8 }, (_, index) => `workers-${index + 1}.prom.gz`),
  ...Array.from({ length: 4 }, (_, index) => `multiproc-${index + 1}.prom.gz`),
];

/** Every series of a page to its value. */
function series({ samples }: Page): Map<string, number> {
  return new Map(samples.map(({ name, labels, value }) => [`${name} ${labels.key}`, value]));
}

describe.each(PAGES)("the recorded page %s", (file) => {
  const body = fixture(`metrics/${file}`);

  test("is read to the last line", () => {
    const { samples, sampleCount, skipped, bytes } = parsePage(body);
    const lines = new TextDecoder().decode(body).split("\n");
    expect(skipped.count).toBe(0);
    expect(samples).toHaveLength(lines.filter((line) => line !== "" && !line.startsWith("#")).length);
    expect(sampleCount).toBe(samples.length);
    expect(bytes).toBe(body.length);
  });

  test("has the same sums whether all of it is wanted, nothing, or its format unknown", () => {
    const { sums } = parsePage(body);
    expect(parsePage(body, { wants: () => false }).sums).toEqual(sums);
    expect(parsePage(body, { format: "unknown" }).sums).toEqual(sums);
  });
});

describe("the recorded OpenMetrics page", () => {
  const body = fixture("metrics/mixed.openmetrics.txt");

  test.each(["openmetrics", "unknown"] as const)(
    "agrees with the text page on the series they share, read as %s",
    (format) => {
      const page = parsePage(body, { format });
      const here = series(page);
      const there = series(parsePage(fixture("metrics/mixed.prom.gz")));
      expect(page.skipped.count).toBe(0);
      expect(new Map([...there].filter(([key]) => here.has(key)))).toEqual(here);
    },
  );

  test.each(["openmetrics", "unknown"] as const)("is refused without its last line, read as %s", (format) => {
    const cut = fixtureText("metrics/mixed.openmetrics.txt").replace(/# EOF\n$/, "");
    expect(parse(cut, { format })).toMatchObject({ kind: "refused", reason: "cut_off" });
  });
});

test("a label value that LiteLLM escaped twice is unescaped once", () => {
  const { samples } = parsePage(fixture("metrics/mixed.prom"));
  const aliases = new Set(samples.map(({ labels }) => labels.get("api_key_alias")));
  expect(aliases).toContain('bob \\"prod\\" \\\\ key');
  expect(aliases).toContain("café-账单");
});
