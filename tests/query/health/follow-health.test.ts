import { expect, test } from "bun:test";
import { allHealthy, newFollowState, readFollowHealth } from "../../../lib/query/health/follow-health.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const AT_START = newFollowState(30_000);
const GOOD = { ...AT_START, lastGoodAt: NOW, lastRunMs: 400, goodRuns: 1 };

test("following is starting before its first good run, with what is in the way or under way", () => {
  expect(readFollowHealth(AT_START, NOW)).toEqual({
    status: "starting",
    reason: "No good run over the ledger's source yet",
  });
  expect(readFollowHealth({ ...AT_START, error: "The source is away" }, NOW).reason).toBe(
    "No good run over the ledger's source yet: The source is away",
  );
  expect(readFollowHealth({ ...AT_START, lastStepAt: NOW }, NOW)).toEqual({
    status: "starting",
    reason: "The first run over the ledger's source is under way",
  });
});

test("following is ok for three intervals and the length of a run after a good one, then stale with the reason", () => {
  expect(readFollowHealth(GOOD, NOW + 90_400)).toEqual({ status: "ok" });
  expect(readFollowHealth({ ...GOOD, error: "The source is away" }, NOW + 90_400)).toEqual({
    status: "ok",
    notes: ["The source is away"],
  });
  expect(readFollowHealth({ ...GOOD, error: "The source is away" }, NOW + 91_000)).toEqual({
    status: "stale",
    reason: "The newest good run over the ledger's source is 91 s old: The source is away",
  });
});

test("a long run that gets on is not stale, and one that failed on the way is", () => {
  const longRun = { ...GOOD, lastStepAt: NOW + 600_000 };
  expect(readFollowHealth(longRun, NOW + 601_000).status).toBe("ok");
  expect(readFollowHealth({ ...longRun, error: "cut off" }, NOW + 601_000).status).toBe("stale");
});

test("a clock that was set back does not make following stale while it works", () => {
  expect(readFollowHealth(GOOD, NOW - 86_400_000).status).toBe("ok");
  expect(readFollowHealth({ ...GOOD, error: "away" }, NOW - 86_400_000).status).toBe("stale");
});

test("of several judgements the first bad one counts, and every reason is told", () => {
  expect(allHealthy([{ status: "ok", notes: ["a"] }, { status: "ok" }])).toEqual({ status: "ok", notes: ["a"] });
  expect(
    allHealthy([{ status: "ok" }, { status: "stale", reason: "old" }, { status: "starting", reason: "new" }]),
  ).toEqual({ status: "stale", reason: "old; new" });
});
