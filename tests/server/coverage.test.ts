import { describe, expect, test } from "bun:test";
import { HOUR, MINUTE, NOON, openWorld } from "../support/api.ts";

describe("/api/v1/coverage", () => {
  test("names the stretches that were not observed, those that are estimates, and the restarts", async () => {
    using world = openWorld({ now: Date.parse("2026-11-21T06:00:00Z") });
    world.pass(HOUR);
    world.pass(3 * HOUR, 3 * HOUR);
    world.litellm.restart();
    world.pass(HOUR);
    const body = await world.json("/api/v1/coverage");
    expect(body).toEqual({
      schema_version: 1,
      period: { name: "today", from: "2026-11-21T00:00:00+00:00", to: "2026-11-21T11:00:00+00:00", timezone: "UTC" },
      coverage: expect.any(Object),
      gaps: [{ from: "2026-11-21T00:00:00+00:00", to: "2026-11-21T06:01:00+00:00" }],
      estimated: [{ from: "2026-11-21T07:00:00+00:00", to: "2026-11-21T10:00:00+00:00" }],
      restarts: ["2026-11-21T10:01:00+00:00"],
      truncated: false,
    });
    const { coverage } = await world.json("/api/v1/usage");
    expect(body.coverage).toEqual(coverage);
  });

  test("is written in the zone that is asked for", async () => {
    using world = openWorld();
    world.pass(10 * MINUTE);
    const { period, gaps } = await world.json("/api/v1/coverage?last=1h&timezone=Asia/Kathmandu");
    expect(period).toMatchObject({ name: "last 1h", to: "2026-11-21T17:55:00+05:45", timezone: "Asia/Kathmandu" });
    expect(gaps).toEqual([{ from: "2026-11-21T16:45:00+05:45", to: "2026-11-21T17:46:00+05:45" }]);
  });

  test("covers nothing of a last hour that began after the newest scrape, though it was asked before", async () => {
    using world = openWorld();
    world.pass(10 * MINUTE);
    const ask = async () => (await world.json("/api/v1/coverage?last=1h")).coverage;
    expect((await ask()).from).toBeString();
    world.state.now += 2 * HOUR;
    expect(await ask()).toEqual({ from: null, to: null, observed_ratio: 0, estimated_ratio: 0 });
  });

  test("keeps its shape before the first scrape", async () => {
    using world = openWorld();
    expect(await world.json("/api/v1/coverage?period=month")).toMatchObject({ gaps: [], estimated: [], restarts: [] });
  });

  test("shows the newest 500 of many restarts and says so", async () => {
    using world = openWorld();
    world.scrape();
    world.db.run(`WITH RECURSIVE n(page) AS (SELECT 2 UNION ALL SELECT page + 1 FROM n WHERE page <= 501)
      INSERT INTO snapshot (target, page, at, is_reset) SELECT 1, page, ${NOON} - 1000 * page, 1 FROM n`);
    const { restarts, truncated } = await world.json("/api/v1/coverage?last=1h");
    expect([restarts.length, truncated]).toEqual([500, true]);
    expect(restarts).toEqual(restarts.toSorted());
  });

  test.each(["by=model", "period=never"])("?%s is 400 with what there is", async (query) => {
    using world = openWorld();
    const response = await world.get(`/api/v1/coverage?${query}`);
    expect(response.status).toBe(400);
    expect((await response.json()).available).toContain(query.startsWith("by") ? "period" : "today");
  });
});
