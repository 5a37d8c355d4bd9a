import { expect, test } from "bun:test";
import { readHealth } from "../../lib/query/health/health.ts";
import { parseQuestion } from "../../lib/query/question/parse-question.ts";
import { answerUsage } from "../../lib/query/usage/answer.ts";
import { DAY, HOUR, MINUTE, NOON, URL_SCRAPED } from "../support/api.ts";
import { sumsOf, UTC } from "../support/store.ts";
import { opened, page, runService } from "./run-service.ts";

/** Before which scrape the clock jumps, and by how much. */
const JUMPS: readonly [what: string, jumps: readonly (readonly [index: number, ms: number])[]][] = [
  ["goes on", []],
  ["is set back by five hours", [[4, -5 * HOUR]]],
  ["is set back by three days", [[4, -3 * DAY]]],
  [
    "goes days ahead and back",
    [
      [3, 3 * DAY],
      [6, -3 * DAY],
    ],
  ],
  [
    "goes a year ahead and back at the next scrape",
    [
      [3, 365 * DAY],
      [4, -365 * DAY],
    ],
  ],
  [
    "is not set at all for a while",
    [
      [3, 1_000_000_000 - NOON],
      [6, NOON - 1_000_000_000],
    ],
  ],
  [
    "trembles by half an hour",
    [
      [2, HOUR / 2],
      [3, -HOUR / 2],
      [4, HOUR / 2],
      [5, -HOUR / 2],
    ],
  ],
];

test.each(JUMPS)(
  "a clock that %s loses and doubles nothing, makes nobody wait, and leaves no error",
  async (what, jumps) => {
    const kept = opened();
    if (kept.kind === "failed") throw new Error("It is open");
    const pages = Array.from({ length: 10 }, (_, index) => page(index));
    let sums: ReturnType<typeof sumsOf>[] = [];
    const seen = await runService(pages, {
      opens: [kept],
      jumps: new Map(jumps),
      before(service, index, now) {
        const { db } = service.live();
        sums = [sumsOf(db, "lifetime"), sumsOf(db, "day"), sumsOf(db, "bucket")];
        if (index < pages.length) return;
        const health = { url: URL_SCRAPED, now, intervalMs: MINUTE, error: undefined, hasScraped: true };
        expect(readHealth(db, health)).toMatchObject({ status: "ok" });
        const parsed = parseQuestion(new Map(), UTC, now);
        if (parsed.kind === "bad") throw new Error(parsed.error);
        const { period, coverage } = answerUsage(db, parsed.question, now, UTC);
        // The newest good page was read within the last minute, whatever the clock said before.
        expect(Date.parse(period.to)).toBeWithin(now - MINUTE, now + 1);
        for (const ratio of [coverage.observed_ratio, coverage.estimated_ratio]) expect(ratio).toBeWithin(0, 1.000001);
      },
    });
    expect(seen.length).toBe(pages.length);
    expect(seen.map(({ live }) => live.error)).toEqual(pages.map(() => undefined));
    // What was booked before 2020 is past its retention, so that it stands in the days alone.
    expect(sums).toEqual([{ cost: 9 }, { cost: 9 }, { cost: what.startsWith("is not set") ? 6 : 9 }]);
  },
);
