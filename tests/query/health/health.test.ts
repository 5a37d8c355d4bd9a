import { expect, test } from "bun:test";
import { readHealth } from "../../../lib/query/health/health.ts";
import { MINUTE, NOON, openTestStore, scrape, URL_1 } from "../../support/store.ts";

test.each([
  ["was set back by less than three intervals", -2 * MINUTE, "ok"],
  ["was set back by hours", -5 * 60 * MINUTE, "stale"],
  ["was set back to 1970", 60_000 - NOON, "stale"],
  ["goes on", 2 * MINUTE, "ok"],
  ["jumped days ahead", 3 * 1440 * MINUTE, "stale"],
] as const)("when the clock %s the newest good page is judged by how far off it is", (_, offMs, status) => {
  const db = openTestStore();
  scrape(db, { requests: [[{}, 1]] }, { at: NOON });
  const context = { url: URL_1, now: NOON + offMs, intervalMs: MINUTE, error: "Down", hasScraped: true };
  const health = readHealth(db, context);
  expect(health.status).toBe(status);
  if (status === "stale")
    expect(health.reason).toMatch(offMs < 0 ? /is dated \d+ s ahead of the clock: Down$/ : /is \d+ s old: Down$/);
});
