import { expect, test } from "bun:test";
import { oneLine } from "../../lib/report/one-line.ts";
import { homelabAnswer, NOW, usage } from "./answers.ts";

const LOOK = { separator: " · ", now: NOW, newestAt: NOW - 12_000 };
const answer = homelabAnswer({ total: usage(170, 2, 1, 1, 0, 0.53048) });
const budget = {
  window: "daily",
  limit: 2,
  spent: 0.53048,
  remaining: 1.46952,
  used_ratio: 0.2652,
  passed: false,
  forecast_passes: false,
} as const;

test("is the cost and the requests of the period", () => {
  expect(oneLine(answer, LOOK)).toBe("$0.53 today · 170 req\n");
});

test.each([
  ["yesterday", "yesterday"],
  ["month", "this month"],
  ["last 7d", "last 7d"],
  ["range", "Sat 21 Nov 00:00 to Sat 21 Nov 2026 14:05"],
  ["\u001b[2Jtoday\n", "today"],
])("names the period %j in words", (name, words) => {
  const { period } = answer;
  expect(oneLine({ ...answer, period: { ...period, name } }, LOOK)).toBe(`$0.53 ${words} · 170 req\n`);
});

test("has the budget where there is one", () => {
  expect(oneLine({ ...answer, budget }, LOOK)).toBe("$0.53 today · 170 req · 27 % of $2.00\n");
  const passed = { ...budget, limit: 0, used_ratio: null, passed: true };
  expect(oneLine({ ...answer, budget: passed }, LOOK)).toBe("$0.53 today · 170 req · $0.00 passed\n");
});

test("says that it is old, since nothing else in a status bar would", () => {
  const hour = 3_600_000;
  expect(oneLine(answer, { ...LOOK, newestAt: NOW - 2 * hour + 1 })).toBe("$0.53 today · 170 req\n");
  expect(oneLine(answer, { ...LOOK, newestAt: NOW - 3 * hour })).toBe("$0.53 today · 170 req · scraped 3 h ago\n");
  const ofLedger = { ...answer, source: "ledger" } as const;
  expect(oneLine(ofLedger, { ...LOOK, newestAt: NOW - 3 * hour })).toBe("$0.53 today · 170 req · folded 3 h ago\n");
});

test("says that there is nothing to say", () => {
  const coverage = { from: null, to: null, observed_ratio: 0, estimated_ratio: 0 };
  expect(oneLine({ ...answer, coverage }, { ...LOOK, newestAt: undefined })).toBe("no data today\n");
});
