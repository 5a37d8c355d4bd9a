import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { Tally } from "../tally.ts";
import type { HandedPage } from "./source.ts";
import type { KnownTruth } from "./truth.ts";

const MONEY = 1e-9;

/** What was booked so far, as the database says it. */
export type Booked = {
  readonly pages: readonly HandedPage[];
  /**
   * Shows the observer what was booked since the last look, and compares the sums, so that a difference has its page.
   * `where` says so in a difference.
   */
  look(where: string, isDiskFull: boolean): void;
};

/** Follows a database; `handed` has the pages by the moment at which they were handed out, on our clock. */
export function followBooked(
  path: string,
  handed: ReadonlyMap<number, HandedPage>,
  truth: KnownTruth,
  tally: Tally,
): Booked {
  const pages: HandedPage[] = [];
  let lastPage = 0;
  let hasDiffered = false;

  const see = (page: number, at: number): void => {
    const found = handed.get(at);
    if (page !== lastPage + 1) tally.differ(`page ${page} follows page ${lastPage}`);
    lastPage = page;
    if (found === undefined || !found.isGood) {
      tally.differ(`a page of ${new Date(at).toISOString()} was booked, at which no good one was handed out`);
      return;
    }
    truth.see(found, at);
    pages.push(found);
    tally.count("pages booked");
  };

  return {
    pages,
    look(where, isDiskFull) {
      if (!existsSync(path)) return;
      const read = readBooked(path, lastPage);
      if (typeof read === "string") {
        // On a full disk even a reader finds no room to open what nobody else has open.
        if (!isDiskFull) tally.differ(`the database cannot be read: ${read}`);
        return;
      }
      for (const { page, at } of read.rows) see(page, at);
      if (hasDiffered) return;
      for (const metric of ["requests", "cost"] as const) {
        const known = truth.sum(metric, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY).sum;
        const booked = read.sums?.[metric] ?? 0;
        hasDiffered ||= Math.abs(known - booked) > MONEY;
        tally.compare(`lifetime ${metric} after page ${lastPage} (${where})`, booked, known, MONEY);
      }
    },
  };
}

/** The pages that were booked after one, and what is booked in all, at one moment; or why that cannot be read. */
function readBooked(path: string, after: number) {
  try {
    using db = new Database(path, { readonly: true });
    db.run("PRAGMA busy_timeout = 10000");
    const rows = db.query<{ page: number; at: number }, [number]>(
      "SELECT page, at FROM snapshot WHERE page > ? ORDER BY page",
    );
    const sums = db.query<{ requests: number; cost: number }, []>(
      "SELECT COALESCE(SUM(requests), 0) AS requests, COALESCE(SUM(cost), 0) AS cost FROM lifetime",
    );
    return db.transaction(() => ({ rows: rows.all(after), sums: sums.get() }))();
  } catch (error) {
    return String(error);
  }
}
