import type { Health } from "../health/health.ts";

/** Whether the numbers beside it may be used, as widgets read it: in the body, since they do not look at the HTTP status. */
export type Standing = {
  readonly status: Health["status"];
  /** `status` in words, with the reason; never empty. */
  readonly status_text: string;
  /** Whether fresh numbers come in. */
  readonly up: boolean;
  readonly stale: boolean;
  /** Whether there are numbers at all. False in memory: totals that begin at zero there would be taken for a reset. */
  readonly available: boolean;
};

/** What a widget is told of the health of the program. Its words stand still until the next scrape, unlike an age. */
export function standingOf(
  { status, notes = [] }: Health,
  context: { readonly lastScrape: string | null; readonly error: string | undefined; readonly isInMemory: boolean },
): Standing {
  const { lastScrape, error, isInMemory } = context;
  const since = lastScrape === null ? "No good scrape yet" : `No good scrape since ${lastScrape}`;
  const trouble = error === undefined ? since : `${since}: ${error}`;
  return {
    status,
    status_text: status === "ok" ? (notes[0] ?? "All is well") : trouble,
    up: status === "ok",
    stale: status === "stale",
    available: lastScrape !== null && !isInMemory,
  };
}
