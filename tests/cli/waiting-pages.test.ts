import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { createZone } from "../../lib/aggregator/zone.ts";
import { commitScrape } from "../../lib/store/commit/commit-scrape.ts";
import { openInMemory } from "../../lib/store/open/database.ts";
import { HOUR, NAMES, NOON, URL_SCRAPED } from "../support/api.ts";
import { readingOf, sumsOf } from "../support/store.ts";
import { page, runService } from "./run-service.ts";

const FULL = "CREATE TRIGGER refuse BEFORE INSERT ON snapshot BEGIN SELECT RAISE(ABORT, 'full'); END";

/** What another process on the same file does with a page. */
function bookBeside(db: Database, cost: number, readAt: number): void {
  const scraped = { url: URL_SCRAPED, reading: readingOf(page(cost)), dateAt: undefined, readAt };
  commitScrape(db, scraped, { now: readAt, zone: createZone("UTC"), names: NAMES, maxValues: 1000 });
}

/** The cost that is booked of a service's pages: the disk is full for those in the middle, and has room before the last. */
async function costOf(
  costs: readonly number[],
  options: {
    readonly jumpMs?: number;
    /** What another process booked when there was room again, before the clock was set or after. */
    readonly beside?: { readonly cost: number; readonly isAfterJump: boolean };
  },
): Promise<number | undefined> {
  const db = openInMemory();
  const { jumpMs = 0, beside } = options;
  const last = costs.length - 1;
  let cost: number | undefined;
  await runService(costs.map(page), {
    opens: [{ kind: "open", db, path: "/data/pulse.db" }],
    jumps: new Map([[last, jumpMs]]),
    before(_, index, now) {
      if (index === 1) db.run(FULL);
      if (index === last) db.run("DROP TRIGGER refuse");
      if (index === last && beside) bookBeside(db, beside.cost, beside.isAfterJump ? now : now - jumpMs);
      if (index === last + 1) cost = sumsOf(db, "lifetime")["cost"];
    },
  });
  return cost;
}

describe("pages that waited for the disk", () => {
  test("are outdated where another process booked a newer one, whichever way the clock was set since", async () => {
    for (const jumpMs of [0, -HOUR, HOUR, -NOON]) {
      for (const isAfterJump of [false, true]) {
        expect(await costOf([10, 12, 13, 16], { jumpMs, beside: { cost: 15, isAfterJump } })).toBeCloseTo(6, 9);
      }
    }
  });

  test("of a LiteLLM that restarted are outdated, too, where the clock was set back since", async () => {
    expect(await costOf([10, 12, 13, 4], { jumpMs: -HOUR, beside: { cost: 3, isAfterJump: false } })).toBeCloseTo(4, 9);
  });

  test("show each restart between them, since those before are our own", async () => {
    for (const jumpMs of [0, -HOUR]) expect(await costOf([10, 12, 3, 5, 1], { jumpMs })).toBeCloseTo(8, 9);
  });
});
