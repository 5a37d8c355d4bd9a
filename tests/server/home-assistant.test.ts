import { describe, expect, test } from "bun:test";
import { COMPUTED, COUNTERS } from "../../lib/litellm/metrics.ts";
import { DAY, MINUTE, openWorld, type World } from "../support/api.ts";

function usedWorld(options: Parameters<typeof openWorld>[0] = {}): World {
  const world = openWorld(options);
  world.scrape();
  world.send({ spend: 0.25, promptTokens: 2, completionTokens: 1 });
  world.pass(MINUTE);
  return world;
}

describe("GET /api/v1/homeassistant", () => {
  test("has the numbers of /api/v1/metrics by window", async () => {
    using world = usedWorld();
    const [body, metrics] = await Promise.all(
      ["homeassistant", "metrics"].map((path) => world.json(`/api/v1/${path}`)),
    );
    for (const [window, suffix] of [
      ["day", "daily"],
      ["week", "weekly"],
      ["month", "monthly"],
    ] as const) {
      const expected = [...COUNTERS, ...COMPUTED.map(({ name }) => name)].map((name) => [
        name,
        metrics[`${name}_${suffix}`],
      ]);
      const { last_reset, ...values } = body[window];
      expect(last_reset).toBeString();
      expect(values).toEqual(Object.fromEntries(expected));
    }
    const { last_reset, since, input_cached_pct, ...lifetime } = body.lifetime;
    expect({ since, ...lifetime }).toEqual(metrics.lifetime);
    expect([last_reset, input_cached_pct]).toEqual([since, 0]);
    expect(body.now).toEqual({ in_flight_requests: metrics.in_flight_requests });
    expect(body).toMatchObject({ schema_version: 1, last_scrape: metrics.last_scrape, available: true, up: true });
  });

  test("windows are reset at midnight, on Monday and on the 1st of the zone, with the offset of that moment", async () => {
    // The clocks went back on Sunday the 1st: the month began an hour further from UTC than the day.
    using world = usedWorld({ zone: "America/New_York", now: Date.parse("2026-11-04T12:00:00-05:00") });
    expect(await world.json("/api/v1/homeassistant")).toMatchObject({
      timezone: "America/New_York",
      day: { last_reset: "2026-11-04T00:00:00-05:00" },
      week: { last_reset: "2026-11-02T00:00:00-05:00" },
      month: { last_reset: "2026-11-01T00:00:00-04:00" },
      lifetime: { last_reset: "2026-11-04T12:00:00-05:00" },
    });
    world.state.now += DAY;
    expect(await world.json("/api/v1/homeassistant")).toMatchObject({
      day: { last_reset: "2026-11-05T00:00:00-05:00", cost: 0 },
      week: { last_reset: "2026-11-02T00:00:00-05:00", cost: 0.25 },
    });
  });

  test("says which classes Home Assistant's recorder takes each value by", async () => {
    using world = usedWorld();
    const { classes } = await world.json("/api/v1/homeassistant");
    const money = { unit_of_measurement: "USD", device_class: "monetary", state_class: "total" };
    expect(classes.windows.cost).toEqual(money);
    expect(classes.lifetime.cost).toEqual(money);
    expect(classes.windows.tokens).toEqual({ unit_of_measurement: "tokens", state_class: "total" });
    expect(classes.lifetime.requests).toEqual({ unit_of_measurement: "requests", state_class: "total_increasing" });
    expect(Object.keys(classes.windows)).toEqual([...COUNTERS]);
  });

  test("answers 200 with what is the matter in the body, since the status is not looked at", async () => {
    using world = usedWorld();
    world.state.now += 10 * MINUTE;
    const response = await world.get("/api/v1/homeassistant");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: "stale",
      status_text: "No good scrape since 2026-11-21T12:01:00+00:00",
      stale: true,
      up: false,
      available: true,
      day: { cost: 0.25 },
    });
  });
});
