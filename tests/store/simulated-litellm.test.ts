import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { createZone } from "../../lib/aggregator/zone.ts";
import { createSimulatedLiteLLM, type SimulatedLiteLLM, type SimulationOptions } from "../../lib/demo/litellm.ts";
import { truthOf } from "../../lib/demo/truth.ts";
import type { Dimension } from "../../lib/litellm/dimensions.ts";
import { allTargets } from "../../lib/store/tables/targets.ts";
import {
  DAY,
  daysOf,
  HOUR,
  MINUTE,
  NOON,
  openTestStore,
  type ScrapeWish,
  SECOND,
  scrape,
  sumsOf,
} from "../support/store.ts";

const NEW_YORK = createZone("America/New_York");

type Simulation = {
  readonly litellm: SimulatedLiteLLM;
  readonly db: Database;
  /** Lets time pass with its traffic. */
  pass(ms: number): void;
  scrape(worker?: number, wish?: Partial<ScrapeWish>): void;
};

/** A simulated LiteLLM that began at noon, and the first page of each worker, on which nothing is counted yet. */
function simulate(options: Partial<SimulationOptions> = {}): Simulation {
  const clock = { at: NOON };
  const db = openTestStore();
  const litellm = createSimulatedLiteLLM({ seed: 3, now: () => clock.at, buckets: 0, details: true, ...options });
  const simulation: Simulation = {
    litellm,
    db,
    pass(ms) {
      clock.at += ms;
      litellm.advance(clock.at);
    },
    scrape(worker = 0, wish = {}) {
      // Each scrape a moment later, as nobody scrapes two pages at once.
      clock.at += 1;
      scrape(db, litellm.page({ worker }), { at: clock.at, zone: NEW_YORK, ...wish });
    },
  };
  simulation.pass(10 * SECOND);
  expect(litellm.events).toBeEmpty();
  for (let worker = 0; worker < (options.workers ?? 1); worker++) simulation.scrape(worker);
  return simulation;
}

/** What was booked by one dimension, of requests and money. */
function bookedBy(db: Database, dimension: Dimension): Map<string | null, { requests: number; cost: number }> {
  const rows = db
    .query<{ value: string | null; requests: number; cost: number }, []>(
      `SELECT ${dimension} AS value, SUM(requests) AS requests, SUM(cost) AS cost
       FROM lifetime JOIN cell ON cell.id = cell GROUP BY 1`,
    )
    .all();
  return new Map(rows.map(({ value, ...sums }) => [value, sums]));
}

function expectTruth({ db, litellm }: Simulation): void {
  const { total, byModel, byModelGroup, byKeyAlias } = litellm.truth;
  expect(total.requests).toBeGreaterThan(50);
  const { cost = 0, ...counts } = sumsOf(db, "lifetime");
  expect(counts).toMatchObject({
    requests: total.requests,
    failed_requests: total.failed,
    tokens: total.tokens,
    input_tokens: total.input,
    output_tokens: total.output,
    input_cached_tokens: total.cached,
    reasoning_tokens: total.reasoning,
  });
  expect(cost).toBeCloseTo(total.cost, 9);
  const models = bookedBy(db, "model");
  for (const [model, { cost: spent }] of byModel) expect(models.get(model)?.cost ?? 0).toBeCloseTo(spent, 9);
  const groups = bookedBy(db, "model_group");
  for (const [group, { requests }] of byModelGroup)
    expect([group, groups.get(group)?.requests]).toEqual([group, requests]);
  const keys = bookedBy(db, "key");
  for (const [alias, { requests, cost: spent }] of byKeyAlias) {
    if (alias === "None") continue;
    expect([alias, keys.get(alias)?.requests]).toEqual([alias, requests]);
    expect(keys.get(alias)?.cost ?? 0).toBeCloseTo(spent, 9);
  }
}

describe("what is booked of a simulated LiteLLM is what its event log says", () => {
  test("of one process that restarts and drops series, as long as there is a page just before", () => {
    const simulation = simulate();
    for (let hour = 0; hour < 52; hour++) {
      simulation.pass(HOUR);
      simulation.scrape();
      if (hour % 17 === 16) simulation.litellm.restart();
      if (hour % 13 === 12) simulation.litellm.dropSeries((_, labels) => labels.get("api_key_alias") !== "None");
    }
    expectTruth(simulation);
    expect(allTargets(simulation.db)[0]?.restarts).toBe(3);
  });

  test("of one process, with the labels of the newest releases", () => {
    const simulation = simulate({ labels: "newest" });
    for (let hour = 0; hour < 20; hour++) {
      simulation.pass(HOUR);
      simulation.scrape();
    }
    expectTruth(simulation);
    const providers = bookedBy(simulation.db, "provider");
    for (const [provider, { cost }] of simulation.litellm.truth.byProvider) {
      if (provider !== "None") expect(providers.get(provider)?.cost ?? 0).toBeCloseTo(cost, 9);
    }
  });

  test.each([
    ["of which the starts differ", {}],
    ["of which only the births of series differ", { workerSpreadMs: 0 }],
    ["of which only the starts differ", { created: false }],
  ])("of three workers that answer in any order, %s", (_, options) => {
    const simulation = simulate({ workers: 3, ...options });
    for (let hour = 0; hour < 24; hour++) {
      simulation.pass(HOUR);
      simulation.scrape((hour * hour + hour) % 3);
      simulation.scrape((hour * 7) % 3);
    }
    for (const worker of [0, 1, 2]) simulation.scrape(worker);
    expectTruth(simulation);
    expect(allTargets(simulation.db)[0]?.restarts).toBe(0);
  });

  test("of three workers that are recycled one by one", () => {
    const simulation = simulate({ workers: 3 });
    for (let hour = 0; hour < 24; hour++) {
      simulation.pass(HOUR);
      const worker = hour % 3;
      simulation.scrape(worker);
      if (hour % 5 === 4) simulation.litellm.restartWorker(worker);
    }
    for (const worker of [0, 1, 2]) simulation.scrape(worker);
    expectTruth(simulation);
    expect(allTargets(simulation.db)[0]?.restarts).toBe(4);
  });

  test("of the multiprocess mode, whose workers are recycled and which restarts", () => {
    const simulation = simulate({ workers: 2, multiprocess: true });
    for (let hour = 0; hour < 32; hour++) {
      simulation.pass(HOUR);
      simulation.scrape(hour % 2);
      if (hour % 5 === 4) simulation.litellm.restartWorker(0);
      if (hour === 25) simulation.litellm.restart();
    }
    expectTruth(simulation);
    expect(allTargets(simulation.db)[0]?.restarts).toBe(1);
  });

  test("by local day, where it is scraped every minute around midnight", () => {
    const simulation = simulate();
    const midnight = NEW_YORK.dayAt(NOON).end;
    simulation.pass(midnight - NOON - 10 * MINUTE);
    for (let minute = 0; minute < 20; minute++) {
      simulation.scrape();
      simulation.pass(MINUTE);
    }
    simulation.scrape();
    const [before, after] = [20261015, 20261016].map((day) => daysOf(simulation.db, "requests")[day] ?? 0);
    const truth = (from: number, to: number) =>
      truthOf(simulation.litellm.events.filter(({ at }) => at >= from && at < to)).total.requests;
    const lateness = truth(midnight - MINUTE - 10, midnight);
    expect(Math.abs((before ?? 0) - truth(0, midnight))).toBeLessThanOrEqual(lateness);
    expect((before ?? 0) + (after ?? 0)).toBe(truth(0, midnight + DAY));
  });
});
