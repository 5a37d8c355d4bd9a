import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { YAML } from "bun";
import { purge } from "../../lib/store/purge.ts";
import { DAY, HOUR, MINUTE, openWorld, type World } from "../support/api.ts";
import { classComplaints, createStatistics, type Statistics } from "../support/home-assistant-recorder.ts";
import { snippetText } from "./place.ts";

setDefaultTimeout(60_000);

type Sensor = Readonly<Record<string, string>> & { readonly json_attributes?: readonly string[] };
type Rest = {
  readonly resource: string;
  readonly scan_interval: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly sensor: readonly Sensor[];
  readonly binary_sensor: readonly Sensor[];
};

/** What YAML gives is unknown, and the tests look into it. */
function restBlock(text = snippetText("homeassistant")): Rest {
  const [block] = (YAML.parse(text) as { rest: [Rest] }).rest;
  return block;
}

/** A template of the form `{{ value_json.a.b }}`, which is all that our sensors use. */
function rendered(template: string, body: unknown): unknown {
  const [, path] = /^\{\{ value_json\.([\w.]+) \}\}$/.exec(template) ?? [];
  if (path === undefined) throw new Error(`The template is ${template}`);
  return at(path, body);
}

function at(path: string, body: unknown): unknown {
  return path.split(".").reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
  }, body);
}

/** A Home Assistant with every sensor of the snippet, which asks when told to and keeps statistics. */
function openHome() {
  const { sensor: sensors } = restBlock();
  const statistics = new Map<string, Statistics>(
    sensors.flatMap(({ unique_id = "", state_class }) =>
      state_class?.startsWith("total") ? [[unique_id, createStatistics(state_class)] as const] : [],
    ),
  );
  return {
    async poll(world: World) {
      const body = await world.json("/api/v1/homeassistant");
      if (!body.available) return;
      for (const { unique_id = "", value_template = "", json_attributes_path, json_attributes } of sensors) {
        const window = at(json_attributes_path?.replace("$.", "") ?? "", body);
        const lastReset = json_attributes?.includes("last_reset") ? at("last_reset", window) : null;
        const value = rendered(value_template, body);
        statistics
          .get(unique_id)
          ?.push({ value: Number(value), lastReset: lastReset === null ? null : String(lastReset) });
      }
    },
    sum: (sensor: string) => Number(statistics.get(`litellm_pulse_${sensor}`)?.sum().toFixed(9)),
    warnings: () => [...statistics.values()].flatMap(({ warnings }) => warnings),
  };
}

const COST_SENSORS = ["cost_day", "cost_week", "cost_month", "cost_lifetime"];
const COUNT_SENSORS = ["requests_day", "requests_week", "requests_month", "requests_lifetime"];

describe("snippet homeassistant", () => {
  test("asks our route not oftener than there are new numbers", () => {
    expect(restBlock()).toMatchObject({
      resource: "http://pulse.lan:8123/api/v1/homeassistant",
      scan_interval: 60,
    });
    expect(restBlock(snippetText("homeassistant", "rest", { scrapeIntervalSeconds: 5 })).scan_interval).toBe(30);
  });

  test("takes its key from secrets.yaml", () => {
    const text = snippetText("homeassistant", "rest", { hasApiKey: true });
    expect(text).toContain("          Authorization: !secret litellm_pulse_authorization\n".trimStart());
    expect(restBlock(text.replaceAll("!secret ", "")).headers).toEqual({
      Authorization: "litellm_pulse_authorization",
    });
  });

  test("every sensor has an id of its own, a value that is there, and classes that Home Assistant accepts", async () => {
    using world = openWorld();
    world.scrape();
    const body = await world.json("/api/v1/homeassistant");
    const { sensor, binary_sensor } = restBlock();
    const all = [...sensor, ...binary_sensor];
    expect(new Set(all.map(({ unique_id }) => unique_id)).size).toBe(all.length);
    for (const { value_template = "", state_class, json_attributes_path } of all) {
      const value = rendered(value_template, body);
      expect(typeof value).toBe(state_class === undefined ? typeof value : "number");
      expect(value).toBeDefined();
      if (json_attributes_path) expect(at(`${json_attributes_path.slice(2)}.last_reset`, body)).toBeString();
    }
    expect(sensor.flatMap(classComplaints)).toEqual([]);
  });

  test("no interim zero is ever taken: without a good scrape, and in memory, sensors are unavailable", async () => {
    using empty = openWorld();
    expect((await empty.json("/api/v1/homeassistant")).available).toBe(false);
    using inMemory = openWorld({ isInMemory: true });
    inMemory.scrape();
    expect((await inMemory.json("/api/v1/homeassistant")).available).toBe(false);
    const numbers = restBlock().sensor.filter(({ state_class }) => state_class !== undefined);
    for (const { availability } of numbers) {
      expect(availability).toBe("{{ value_json is not defined or value_json.available }}");
    }
  });
});

describe("long-term statistics", () => {
  test("are what was spent, across midnights of the zone, months, restarts of LiteLLM and of us, and a purge", async () => {
    // Sunday to Monday and October to November are in it; New York sets its clocks back on the 1st.
    using world = openWorld({ zone: "America/New_York", now: Date.parse("2026-10-31T22:00:00-04:00") });
    const home = openHome();
    world.scrape();
    await home.poll(world);
    let spent = 0;
    for (let hour = 1; hour <= 60; hour++) {
      const spend = hour / 64;
      spent += spend;
      world.send({ spend });
      if (hour % 17 === 0) {
        world.scrape();
        world.litellm.restart();
      }
      if (hour === 30) purge(world.db, { now: world.state.now + 400 * DAY, retentionDays: 1, zone: world.deps.zone });
      if (hour % 23 === 0) {
        // A process of ours that has just begun: it has the database and no page yet.
        Object.assign(world.state, { hasScraped: false, revision: 0 });
        await home.poll(world);
      }
      // LiteLLM is away for some hours: the same numbers again, then a long interval.
      if (hour < 40 || hour > 44) world.pass(HOUR, 30 * MINUTE);
      else world.state.now += HOUR;
      await home.poll(world);
    }
    expect(spent).toBeGreaterThan(28);
    expect(home.warnings()).toEqual([]);
    expect(home.sum("cost_lifetime")).toBeCloseTo(spent, 6);
    expect(home.sum("requests_lifetime")).toBe(60);
  });

  test("of every window are the same, where the last poll of a day comes after its last scrape", async () => {
    using world = openWorld({ zone: "Europe/Berlin", now: Date.parse("2026-10-24T21:00:00+02:00") });
    const home = openHome();
    world.scrape();
    await home.poll(world);
    for (let request = 1; request <= 30; request++) {
      world.state.now += 118 * MINUTE;
      world.scrape();
      world.send({ spend: 0.25 });
      for (let minute = 0; minute < 2; minute++) {
        world.pass(MINUTE);
        await home.poll(world);
      }
    }
    for (const sensor of COST_SENSORS) expect([sensor, home.sum(sensor)]).toEqual([sensor, 7.5]);
    for (const sensor of COUNT_SENSORS) expect([sensor, home.sum(sensor)]).toEqual([sensor, 30]);
    expect(home.warnings()).toEqual([]);
  });

  test("go on when the database was begun anew", async () => {
    const home = openHome();
    for (const [index, spends] of [[0.5, 1.5], [0.25]].entries()) {
      using world = openWorld({ now: Date.parse("2026-11-21T12:00:00Z") + index * HOUR });
      world.scrape();
      await home.poll(world);
      for (const spend of spends) {
        world.send({ spend });
        world.pass(MINUTE);
        await home.poll(world);
      }
    }
    expect(home.sum("cost_lifetime")).toBe(2.25);
    expect(home.sum("requests_lifetime")).toBe(3);
    expect(home.warnings()).toEqual([]);
  });
});
