import { expect, test } from "bun:test";
import { truthBetween, USAGE_NAMES } from "../support/recorded.ts";
import { expectGroups, expectUsage } from "./answers.ts";
import { isWhole, observedUsage, ownValues, RECORDINGS } from "./recordings.ts";

test.each([
  "one process that restarts",
  "two workers that share a folder",
  "a process from its first moment on, as text and as OpenMetrics",
] as const)("what can be known of %s is the same by the truth and by the pages", (name) => {
  const { pages, known } = RECORDINGS[name]();
  const observed = observedUsage(pages.filter(isWhole));
  expectUsage(observed.total, known.total);
  expectGroups(observed.byGroup, known.byGroup);
  expectGroups(observed.byKey, known.byKey);
});

test("what can be known of two workers that share nothing is in no part more than the truth", () => {
  const { pages, known } = RECORDINGS["two workers that share nothing"]();
  const truth = truthBetween(pages[0], pages.at(-1));
  const parts = [
    [known.total, truth.total] as const,
    ...[...known.byGroup].map(([group, usage]) => [usage, truth.byGroup.get(group)] as const),
    ...[...known.byKey].map(([key, usage]) => [usage, truth.byKey.get(key)] as const),
  ];
  for (const [part, whole] of parts) {
    for (const name of USAGE_NAMES) expect(part[name]).toBeLessThanOrEqual((whole?.[name] ?? 0) + 1e-9);
  }
  expect(known.total.requests).toBeGreaterThan(truth.total.requests / 2);
});

test("what two workers show lies between the truth when the other one answered and the truth now", () => {
  const { pages, processes, ...rest } = RECORDINGS["two workers that share nothing"]();
  for (const [index, page] of pages.entries()) {
    const other = [...processes].findLastIndex((process, at) => at < index && process !== processes[index]);
    const before = pages[other];
    if (before === undefined) continue;
    const shown = ownValues({ pages, processes, ...rest }, index);
    expect(shown.requests).toBeWithin(before.truth.total.requests, page.truth.total.requests + 1);
    expect(shown.cost).toBeWithin(before.truth.total.spend, page.truth.total.spend + 1e-9);
  }
});
