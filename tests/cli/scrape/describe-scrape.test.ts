import { describe, expect, test } from "bun:test";
import { bookedLine, bookedWarnings, failureLine } from "../../../lib/cli/scrape/describe-scrape.ts";
import type { CounterName } from "../../../lib/litellm/metrics.ts";

type Booked = Parameters<typeof bookedLine>[0];

function booked(amounts: Partial<Record<CounterName, number>>, change: object = {}, skipped: object = {}): Booked {
  const commit = {
    kind: "committed",
    target: 1,
    page: 2,
    isReset: false,
    amounts: new Map(Object.entries(amounts)),
    cases: new Map(),
    series: 58,
    movedHere: false,
    isInTurn: false,
    turnsBegan: false,
    ...change,
  };
  const page = { bytes: 220_001, skipped: { count: 0, first: [], ...skipped } };
  // Only these parts of an outcome are described.
  return { kind: "booked", commit, page, readAt: 0 } as unknown as Booked;
}

const SIZE = "(221 kB page, 58 series)";

test.each([
  [{}, "Nothing new"],
  [{ requests: 1 }, "Booked 1 request"],
  [{ requests: 2, failed_requests: 1, tokens: 1 }, "Booked 2 requests, 1 failed, 1 token"],
  [{ requests: 1_234_567, tokens: 9_876_543_210 }, "Booked 1,234,567 requests, 9,876,543,210 tokens"],
  [{ cost: 0.000_000_1 }, "Booked $0.0000001"],
  [{ cost: 1_234_567.891 }, "Booked $1,234,567.89"],
  [{ cost: 12.5 }, "Booked $12.50"],
  [{ reasoning_tokens: 5 }, "Nothing new"],
])("%j is told as %p", (amounts, words) => expect(bookedLine(booked(amounts))).toBe(`${words} ${SIZE}`));

test("a first page, one that shows workers in turn and one that another process was faster with are told as such", () => {
  expect(bookedLine(booked({}, { page: 1 }))).toBe(`First page: counting begins here ${SIZE}`);
  expect(bookedLine(booked({ requests: 700 }, { turnsBegan: true }))).toBe(
    `Took back what the falls of workers in turn had booked ${SIZE}`,
  );
  expect(bookedLine(booked({}, { kind: "outdated" }))).toBe("Nothing booked: another process has booked a newer page");
});

describe("warnings", () => {
  const SKIPPED = { count: 1, first: [{ line: 7, reason: "bad_value", excerpt: "m 12abc" }] };

  test.each([
    [{}, {}, []],
    [{ isReset: true }, {}, ["LiteLLM restarted: its counters began anew, what they counted since is booked"]],
    [{ movedHere: true }, {}, ["http://x/ is a LiteLLM that is known under another URL: its numbers go on"]],
    [
      { cases: new Map([["refused", 1]]) },
      {},
      ["Refused 1 value that no counter can have (NaN, infinite or negative)"],
    ],
    [
      { cases: new Map([["refused", 3]]) },
      {},
      ["Refused 3 values that no counter can have (NaN, infinite or negative)"],
    ],
    [
      { cases: new Map([["stale", 2]]) },
      {},
      [
        "http://x/ showed 2 counters lower than before without a restart, so nothing of it was booked: is there a cache before LiteLLM",
      ],
    ],
    [{}, SKIPPED, ["Skipped 1 bad line of http://x/, the first is line 7 (bad_value): m 12abc"]],
    [{ kind: "outdated" }, SKIPPED, ["Skipped 1 bad line of http://x/, the first is line 7 (bad_value): m 12abc"]],
  ])("of %j", (change, skipped, warnings) =>
    expect(bookedWarnings(booked({}, change, skipped), "http://x/")).toEqual(warnings),
  );
});

test("a failure is one line with what to do", () => {
  expect(failureLine({ reason: "timed_out", message: "It took too long" })).toBe("It took too long");
  expect(failureLine({ reason: "timed_out", message: "It took too long", hint: "Wait longer" })).toBe(
    "It took too long. Wait longer",
  );
});
