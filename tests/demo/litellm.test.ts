import { describe, expect, test } from "bun:test";
import { createSimulatedLiteLLM, type SimulatedLiteLLM } from "../../lib/demo/litellm.ts";
import { makeEvent } from "../../lib/demo/make-event.ts";
import { truthOf } from "../../lib/demo/truth.ts";
import { type PageSample, readPage, samplesOf, sumOf, unescapeOnce } from "./read-page.ts";

const START = Date.UTC(2026, 10, 16, 8);
const HOUR = 3_600_000;

function simulate(options: Partial<Parameters<typeof createSimulatedLiteLLM>[0]> = {}) {
  const clock = { at: START };
  const litellm = createSimulatedLiteLLM({ seed: 1, now: () => clock.at, buckets: 0, details: true, ...options });
  const pass = (ms: number) => {
    clock.at += ms;
    litellm.advance(clock.at);
  };
  return { clock, litellm, pass };
}

function shown(sample: PageSample, label: string): string {
  return unescapeOnce(sample.labels.get(label) ?? "");
}

/** The sums that a page must have if it counted everything. */
function expectPagesToTell(litellm: SimulatedLiteLLM, pages: readonly string[]) {
  const { total, byModel, byKeyAlias, byModelGroup } = litellm.truth;
  const samples = pages.flatMap((page) => readPage(page).flatMap((family) => family.samples));
  const sum = (name: string, label?: string, value?: string) => {
    const fits = samples.filter(
      (sample) => sample.name === name && (label === undefined || shown(sample, label) === value),
    );
    return fits.reduce((all, sample) => all + sample.value, 0);
  };
  expect(sum("litellm_proxy_total_requests_metric_total")).toBe(total.requests);
  expect(sum("litellm_proxy_failed_requests_metric_total")).toBe(total.failed);
  expect(sum("litellm_requests_metric_total")).toBe(total.requests - total.failed);
  expect(sum("litellm_total_tokens_metric_total")).toBe(total.tokens);
  expect(sum("litellm_input_tokens_metric_total")).toBe(total.input);
  expect(sum("litellm_output_tokens_metric_total")).toBe(total.output);
  expect(sum("litellm_output_reasoning_tokens_metric_total")).toBe(total.reasoning);
  expect(sum("litellm_input_cached_tokens_metric_total")).toBe(total.cached);
  expect(sum("litellm_cache_hits_metric_total")).toBe(total.cacheHits);
  expect(sum("litellm_spend_metric_total")).toBeCloseTo(total.cost, 9);
  for (const [model, totals] of byModel) {
    expect(sum("litellm_spend_metric_total", "model", model)).toBeCloseTo(totals.cost, 9);
  }
  for (const [alias, totals] of byKeyAlias) {
    expect(sum("litellm_proxy_total_requests_metric_total", "api_key_alias", alias)).toBe(totals.requests);
  }
  for (const [group, totals] of byModelGroup) {
    expect(sum("litellm_proxy_total_requests_metric_total", "requested_model", group)).toBe(totals.requests);
    expect(sum("litellm_total_tokens_metric_total", "requested_model", group)).toBe(totals.tokens);
  }
}

describe("one worker", () => {
  test("shows on its page what its event log adds up to", () => {
    const { litellm, pass } = simulate();
    pass(30 * HOUR);
    expect(litellm.events.length).toBeGreaterThan(100);
    expect(litellm.truth).toEqual(truthOf(litellm.events));
    expectPagesToTell(litellm, [litellm.page()]);
  });

  test("gives the same page for the same seed however often it advances", () => {
    const once = simulate();
    once.pass(5 * HOUR);
    const often = simulate();
    for (let step = 0; step < 20; step += 1) often.pass(HOUR / 4);
    expect(often.litellm.page()).toBe(once.litellm.page());
  });

  test("counts nothing when time stands still or goes back", () => {
    const { litellm, pass } = simulate();
    pass(HOUR);
    expect(litellm.advance(START)).toBe(0);
    expect(litellm.trafficUntil).toBe(START + HOUR);
  });

  test("counts an explicit request to the last digit", () => {
    const { litellm } = simulate();
    litellm.send(
      makeEvent(litellm.population, {
        at: START,
        modelGroup: "claude-sonnet",
        promptTokens: 1000,
        completionTokens: 100,
      }),
    );
    expect(litellm.truth.total).toMatchObject({ requests: 1, tokens: 1100, input: 1000, output: 100 });
    expect(sumOf(litellm.page(), "litellm_spend_metric_total")).toBe(1000 * 3e-6 + 100 * 1.5e-5);
  });

  test("forgets its counters at a restart, has a new start, and its log goes on", () => {
    const { litellm, clock, pass } = simulate();
    pass(6 * HOUR);
    const before = litellm.events.length;
    litellm.restart();
    expect(sumOf(litellm.page(), "litellm_proxy_total_requests_metric_total")).toBe(0);
    expect(sumOf(litellm.page(), "process_start_time_seconds")).toBe(clock.at / 1000);
    pass(HOUR);
    const after = litellm.events.length - before;
    expect(after).toBeGreaterThan(0);
    expect(sumOf(litellm.page(), "litellm_proxy_total_requests_metric_total")).toBe(after);
    expect(litellm.truth.total.requests).toBe(before + after);
  });

  test("gets no requests while it is down", () => {
    const { litellm, clock, pass } = simulate();
    litellm.restart(clock.at + 2 * HOUR);
    pass(3 * HOUR);
    expect(Math.min(...litellm.events.map((event) => event.at))).toBeGreaterThanOrEqual(START + 2 * HOUR);
    expectPagesToTell(litellm, [litellm.page()]);
  });

  test("brings a dropped series back from zero with a new birth at the end of its family", () => {
    const { litellm, clock } = simulate();
    const one = makeEvent(litellm.population, { at: START, endUser: "customer-1" });
    const other = makeEvent(litellm.population, { at: START, endUser: "customer-2" });
    for (const event of [one, one, other]) litellm.send(event);
    const valuesOf = (name: string) => samplesOf(litellm.page(), name).map((s) => [s.labels.get("end_user"), s.value]);
    const spend = "litellm_requests_metric";
    const born = samplesOf(litellm.page(), `${spend}_created`)[0]?.value ?? 0;

    expect(litellm.dropSeries((_, labels) => labels.get("end_user") === "customer-1")).toBeGreaterThan(5);
    expect(valuesOf(`${spend}_total`)).toEqual([["customer-2", 1]]);
    clock.at += HOUR;
    litellm.send({ ...one, at: clock.at });
    expect(valuesOf(`${spend}_total`)).toEqual([
      ["customer-2", 1],
      ["customer-1", 1],
    ]);
    expect(samplesOf(litellm.page(), `${spend}_created`)[1]?.value).toBeGreaterThan(born + 3599);
    expect(litellm.truth.total.requests).toBe(4);
  });

  test("can drop a family by name and leaves the others", () => {
    const { litellm, pass } = simulate();
    pass(6 * HOUR);
    litellm.dropSeries((family) => family === "litellm_spend_metric");
    expect(samplesOf(litellm.page(), "litellm_spend_metric_total")).toBeEmpty();
    expect(sumOf(litellm.page(), "litellm_proxy_total_requests_metric_total")).toBe(litellm.truth.total.requests);
  });

  test("keeps no log when told so, and still knows the truth", () => {
    const { litellm, pass } = simulate({ keepEvents: false });
    pass(6 * HOUR);
    expect(litellm.events).toBeEmpty();
    expectPagesToTell(litellm, [litellm.page()]);
  });

  test("hands out its truth as a copy", () => {
    const { litellm, pass } = simulate();
    const before = litellm.truth;
    pass(6 * HOUR);
    expect(before.total.requests).toBe(0);
  });
});

describe("several workers", () => {
  test("share the requests, and only the sum of their pages is the truth", () => {
    const { litellm, pass } = simulate({ workers: 3 });
    pass(24 * HOUR);
    const pages = [0, 1, 2].map((worker) => litellm.page({ worker }));
    for (const page of pages) {
      expect(sumOf(page, "litellm_proxy_total_requests_metric_total")).toBeWithin(1, litellm.truth.total.requests);
    }
    expectPagesToTell(litellm, pages);
  });

  test("are told apart by the birth of equal series, not always by their start", () => {
    const { litellm } = simulate({ workers: 2, workerSpreadMs: 0 });
    const event = makeEvent(litellm.population, { at: START + 5 });
    litellm.send(event, 0);
    litellm.send(event, 1);
    const firstText = (worker: number, name: string) => samplesOf(litellm.page({ worker }), name)[0]?.text;
    expect(firstText(0, "process_start_time_seconds")).toBe(firstText(1, "process_start_time_seconds"));
    expect(firstText(0, "litellm_spend_metric_created")).not.toBe(firstText(1, "litellm_spend_metric_created"));
  });

  test("start a hundredth of a second apart by default", () => {
    const { litellm } = simulate({ workers: 2 });
    const starts = [0, 1].map((worker) => sumOf(litellm.page({ worker }), "process_start_time_seconds"));
    expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeCloseTo(0.01, 5);
  });

  test("restart one by one", () => {
    const { litellm, pass } = simulate({ workers: 2 });
    pass(12 * HOUR);
    const requests = (worker: number) => sumOf(litellm.page({ worker }), "litellm_proxy_total_requests_metric_total");
    const kept = requests(0);
    litellm.restartWorker(1);
    expect([requests(0), requests(1)]).toEqual([kept, 0]);
    pass(12 * HOUR);
    expect(requests(0)).toBeGreaterThan(kept);
    expect(requests(1)).toBeGreaterThan(0);
  });

  test("that are not there are refused by name", () => {
    const { litellm } = simulate({ workers: 2 });
    expect(() => litellm.page({ worker: 2 })).toThrow("No such worker: 2, there are 2");
  });
});

describe("the multiprocess mode", () => {
  test("shows the sum of all workers on every page", () => {
    const { litellm, pass } = simulate({ workers: 2, multiprocess: true });
    pass(24 * HOUR);
    expect(litellm.page({ worker: 1 })).toBe(litellm.page({ worker: 0 }));
    expectPagesToTell(litellm, [litellm.page()]);
  });

  test("keeps the counters of a dead worker and its gauges too, under the old pid", () => {
    const { litellm, pass } = simulate({ workers: 2, multiprocess: true });
    pass(24 * HOUR);
    litellm.restartWorker(0);
    pass(24 * HOUR);
    expectPagesToTell(litellm, [litellm.page()]);
    const pids = samplesOf(litellm.page(), "litellm_total_users").map((sample) => sample.labels.get("pid"));
    expect(pids).toHaveLength(3);
  });

  test("loses everything when LiteLLM itself restarts", () => {
    const { litellm, pass } = simulate({ workers: 2, multiprocess: true });
    pass(24 * HOUR);
    litellm.restart();
    expect(samplesOf(litellm.page(), "litellm_spend_metric_total")).toBeEmpty();
    expect(samplesOf(litellm.page(), "litellm_total_users")).toHaveLength(2);
  });
});
