import { expect, test } from "bun:test";
import { passQuietTime } from "../../lib/store/quiet-time.ts";
import { runsIn } from "../../lib/store/tables/observed.ts";
import { HOUR, MINUTE, NOON } from "../support/api.ts";
import { openMetered } from "../support/metered.ts";

test("quiet time is observed, and what comes after it belongs to the minute after it", () => {
  using store = openMetered(NOON);
  store.use(NOON + MINUTE, { model: "a" }, { cost: 100 });
  passQuietTime(store.db, NOON + 5 * HOUR);
  store.use(NOON + 5 * HOUR + MINUTE, { model: "a" }, { cost: 200 });
  const { steps, coverage } = store.answer({ since: new Date(NOON).toISOString(), step: "hour" });
  expect(steps.map(({ cost }) => cost)).toEqual([100, 0, 0, 0, 0, 200]);
  expect(steps.some(({ estimated }) => estimated)).toBe(false);
  expect(coverage).toMatchObject({ observed_ratio: 1, estimated_ratio: 0 });
  expect(runsIn(store.db, 0, NOON + 6 * HOUR)).toHaveLength(1);
  passQuietTime(store.db, NOON);
  expect(store.answer({ last: "1h" }).period.to).toContain("17:01:00");
});
