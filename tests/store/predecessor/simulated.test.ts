import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { createSimulatedLiteLLM, type SimulatedLiteLLM, type SimulationOptions } from "../../../lib/demo/litellm.ts";
import { HOUR, MINUTE, NOON, SECOND, scrape, sumsOf } from "../../support/store.ts";
import { imported } from "./old-database.ts";
import { asPredecessor, type StoredPage } from "./python-predecessor.ts";

const OLD_PAGES = 12;
const OWN_PAGES = 6;

type Totals = SimulatedLiteLLM["truth"]["total"];

type Run = {
  readonly simulation?: Partial<SimulationOptions>;
  readonly stepMs: number;
  /** No page for so long between the two, and what happens to LiteLLM at its beginning. */
  readonly pauseMs: number;
  readonly inPause?: (litellm: SimulatedLiteLLM, at: number) => void;
  /** What happens to LiteLLM right after one of the old pages, by its number. */
  readonly afterOld?: (litellm: SimulatedLiteLLM, at: number, page: number) => void;
};

/** Lets the predecessor scrape a simulated LiteLLM, takes its database over and goes on; gives the truth since its first page. */
function runBoth(run: Run): { readonly db: Database; readonly truth: Record<string, number> } {
  const startedAt = NOON - HOUR;
  const litellm = createSimulatedLiteLLM({ seed: 7, now: () => startedAt, startedAt, buckets: 0, ...run.simulation });
  const pages: StoredPage[] = [];
  let unseen: Totals | undefined;
  let at = NOON;
  for (let page = 1; page <= OLD_PAGES; page++) {
    at += run.stepMs;
    litellm.advance(at);
    unseen ??= litellm.truth.total;
    pages.push({ text: litellm.page({ at }), second: at / SECOND });
    run.afterOld?.(litellm, at + 1500, page);
  }
  const { db } = imported(asPredecessor(pages));
  run.inPause?.(litellm, at + 1500);
  at += run.pauseMs;
  for (let page = 1; page <= OWN_PAGES; page++) {
    at += run.stepMs;
    litellm.advance(at);
    scrape(db, litellm.page({ at }), { at, dateAt: at });
  }
  return { db, truth: difference(litellm.truth.total, unseen) };
}

function difference(after: Totals, before: Totals | undefined): Record<string, number> {
  const since = (name: keyof Totals) => after[name] - (before?.[name] ?? 0);
  return {
    requests: since("requests"),
    failed_requests: since("failed"),
    tokens: since("tokens"),
    input_tokens: since("input"),
    output_tokens: since("output"),
    cost: since("cost"),
  };
}

const CASES: (readonly [name: string, run: Run])[] = [
  ["goes on as it was", { stepMs: MINUTE, pauseMs: 0 }],
  ["was not scraped for a night", { stepMs: 10 * MINUTE, pauseMs: 9 * HOUR }],
  ["was not scraped for a week", { stepMs: 10 * MINUTE, pauseMs: 7 * 24 * HOUR }],
  ["restarted in between", { stepMs: 10 * MINUTE, pauseMs: HOUR, inPause: (litellm, at) => litellm.restart(at) }],
  [
    "restarted under the predecessor",
    {
      stepMs: 10 * MINUTE,
      pauseMs: HOUR,
      afterOld: (litellm, at, page) => page === 6 && litellm.restart(at),
    },
  ],
  [
    "has several workers that add up their counters",
    { simulation: { workers: 2, multiprocess: true }, stepMs: 10 * MINUTE, pauseMs: HOUR },
  ],
];

describe("a simulated LiteLLM that", () => {
  test.each(CASES)("%s is counted to the last token", (_, run) => {
    const { db, truth } = runBoth(run);
    expect(truth["requests"]).toBeGreaterThan(5);
    for (const table of ["lifetime", "bucket", "day", "snapshot"] as const) {
      const sums = new Map(Object.entries(sumsOf(db, table)));
      for (const [name, sum] of Object.entries(truth)) {
        expect([table, name, sums.get(name) ?? 0]).toEqual([table, name, expect.closeTo(sum, 8)]);
      }
    }
  });

  test("dropped series in between is a baseline for what it shows then, and goes on from there", () => {
    const { db, truth } = runBoth({
      stepMs: 10 * MINUTE,
      pauseMs: 0,
      inPause: (litellm) => litellm.dropSeries((_, labels) => labels.get("api_key_alias") !== undefined),
    });
    const counted = sumsOf(db, "lifetime").requests ?? 0;
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThanOrEqual(truth["requests"] ?? 0);
  });
});
