import { describe, expect, test } from "bun:test";
import { homelabPopulation } from "../../lib/demo/homelab.ts";
import { makeEvent } from "../../lib/demo/make-event.ts";
import { createProcess, type PageOptions } from "../../lib/demo/process.ts";
import { prometheusNumber } from "../../lib/demo/python-number.ts";
import { type PageFamily, readPage, recordedPage, samplesOf, unescapeOnce } from "./read-page.ts";

const START = Date.UTC(2026, 10, 21, 20, 34, 44, 560);
const population = homelabPopulation();

/** A process that has seen what the recorded ones had seen: successes, a rate limit, and a cache without hits. */
function processAfterTraffic(options: PageOptions) {
  const litellm = createProcess({ startedAt: START, buckets: 36, ...options });
  litellm.count(makeEvent(population, { at: START + 12_345, keyAlias: "bob-workstation", cacheHit: false }), 21);
  litellm.count(makeEvent(population, { at: START + 12_999, modelGroup: "claude-sonnet", status: 429 }), 21);
  return litellm;
}

/** All that a page says about its families but values and label values. */
function structureOf(page: string) {
  return readPage(page).map(({ name, help, type, samples }) => {
    const shapes = new Map(samples.map((sample) => [`${sample.name}{${[...sample.labels.keys()].join()}}`, 1]));
    return { name, help, type, shapes: [...shapes.keys()] };
  });
}

function bucketBounds(families: PageFamily[], family: string): string[] {
  const samples = families.find((each) => each.name === family)?.samples ?? [];
  return [...new Set(samples.map((sample) => sample.labels.get("le") ?? ""))].filter((le) => le !== "");
}

describe("a page of one process", () => {
  test("has the families, label names, types, help texts and order of a recorded one", async () => {
    expect(structureOf(processAfterTraffic({}).render("text", START + 20_000))).toEqual(
      structureOf(await recordedPage("seq-2.prom.gz")),
    );
  });

  test("right after the start is a recorded fresh one but for what Python says about itself", async () => {
    const litellmPart = (page: string) => page.slice(page.indexOf("# HELP litellm_"));
    const fresh = createProcess({ startedAt: START }).render("text", START);
    expect(litellmPart(fresh)).toBe(litellmPart(await recordedPage("fresh.prom")));
    expect(structureOf(fresh)).toEqual(structureOf(await recordedPage("fresh.prom")));
  });

  test.each([
    [18, 18],
    [36, 36],
    [0, 0],
  ] as const)("asked for %d buckets has that many le lines per latency histogram", (buckets, expected) => {
    const families = readPage(processAfterTraffic({ buckets }).render("text", START));
    expect(bucketBounds(families, "litellm_llm_api_latency_metric")).toHaveLength(expected);
  });

  test("with 36 buckets has the recorded boundaries", async () => {
    const recorded = readPage(await recordedPage("seq-2.prom.gz"));
    const simulated = readPage(processAfterTraffic({}).render("text", START));
    for (const family of ["litellm_request_total_latency_metric", "litellm_deployment_latency_per_output_token"]) {
      expect(bucketBounds(simulated, family)).toEqual(bucketBounds(recorded, family));
    }
  });

  test("counts each observation in every bucket from its own up to the count", () => {
    const page = processAfterTraffic({}).render("text", START);
    const buckets = samplesOf(page, "litellm_request_total_latency_metric_bucket").map((sample) => sample.value);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets.at(-1)).toBe(1);
    expect(samplesOf(page, "litellm_request_total_latency_metric_count")[0]?.value).toBe(1);
  });

  test("prints the start with two decimals and the birth of a series with up to seven", () => {
    const page = processAfterTraffic({}).render("text", START);
    expect(samplesOf(page, "process_start_time_seconds")[0]?.text).toBe("1.79529328456e+09");
    const born = samplesOf(page, "litellm_spend_metric_created")[0];
    expect(born?.text).toMatch(/^1\.\d{12,16}e\+09$/);
    expect(born?.value).toBeWithin((START + 12_345) / 1000, (START + 12_346) / 1000);
  });

  test("carries no created series where LiteLLM was told so", () => {
    const page = processAfterTraffic({ created: false }).render("text", START);
    expect(page).not.toContain("_created");
    expect(page).toContain("process_start_time_seconds");
  });

  test("of a newer release has more families and more labels", () => {
    const litellm = createProcess({ startedAt: START, details: true, labels: "newest" });
    litellm.count(makeEvent(population, { at: START, cachedTokens: 7, reasoningTokens: 9 }));
    const page = litellm.render("text", START);
    expect(samplesOf(page, "litellm_input_cached_tokens_metric_total")[0]?.value).toBe(7);
    expect(samplesOf(page, "litellm_output_reasoning_tokens_metric_total")[0]?.value).toBe(9);
    const spend = samplesOf(page, "litellm_spend_metric_total")[0]?.labels ?? new Map();
    expect(Object.fromEntries(spend)).toMatchObject({
      api_provider: "openai",
      requested_model: "gpt-5-mini",
      org_id: "None",
      service_tier: "",
    });
    expect([...spend.keys()]).toEqual([...spend.keys()].toSorted());
  });
});

describe("a page of the multiprocess mode", () => {
  test("has the families, label names and order of a recorded one", async () => {
    const page = processAfterTraffic({ multiprocess: true }).render("text", START);
    // The recorded providers sent no rate-limit headers.
    const comparable = structureOf(page).filter((family) => !/remaining_(requests|tokens)_metric$/.test(family.name));
    expect(comparable).toEqual(structureOf(await recordedPage("multiproc-1.prom.gz")));
  });

  test("shows gauges once per worker and sums the requests in flight", () => {
    const litellm = createProcess({ startedAt: START, multiprocess: true, pids: [21, 22] });
    const event = makeEvent(population, { at: START });
    litellm.count(event, 21);
    litellm.count(event, 22);
    const page = litellm.render("text", START + 60_000);
    for (const name of ["litellm_total_users", "litellm_remaining_user_budget_metric"]) {
      expect(samplesOf(page, name).map((sample) => sample.labels.get("pid"))).toEqual(["22", "21"]);
    }
    expect(samplesOf(page, "litellm_in_flight_requests").map((sample) => sample.text)).toEqual(["1.0"]);
    expect(samplesOf(page, "litellm_spend_metric_total")).toHaveLength(1);
  });
});

describe("a page in OpenMetrics", () => {
  test("has the families, samples and order of a recorded one and ends with EOF", async () => {
    const page = processAfterTraffic({}).render("openmetrics", START);
    const recorded = structureOf(await recordedPage("mixed.openmetrics.txt"));
    const names = new Set(recorded.map((family) => family.name));
    expect(structureOf(page).filter((family) => names.has(family.name))).toEqual(recorded);
    expect(page).toEndWith("\n# EOF\n");
  });

  test("says the same as the page in the text format", () => {
    const litellm = processAfterTraffic({});
    const linesOf = (page: string) => page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const text = linesOf(litellm.render("text", START));
    expect(linesOf(litellm.render("openmetrics", START)).toSorted()).toEqual(text.toSorted());
  });
});

describe("values", () => {
  test.each(["mixed.prom.gz", "seq-2.prom.gz", "multiproc-4.prom.gz"])(
    "of %s are printed as recorded",
    async (file) => {
      const texts = readPage(await recordedPage(file)).flatMap(({ samples }) => samples.map((sample) => sample.text));
      expect(texts.map((text) => prometheusNumber(Number(text.replace("Inf", "Infinity"))))).toEqual(texts);
    },
  );

  test("of labels are escaped by LiteLLM and by the exposition format", () => {
    const litellm = createProcess({ startedAt: START });
    const strange = 'Müllers "schnelles" \\ Modell';
    litellm.count(makeEvent(population, { at: START, modelGroup: strange, user: "two\nlines\r\u2028" }));
    const page = litellm.render("text", START);
    expect(page).toContain('requested_model="Müllers \\\\\\"schnelles\\\\\\" \\\\\\\\ Modell"');
    const labels = samplesOf(page, "litellm_total_tokens_metric_total")[0]?.labels;
    expect(unescapeOnce(labels?.get("requested_model") ?? "")).toBe(strange);
    expect(labels?.get("user")).toBe("two lines");
  });

  test("that are unset are None, and blank in budgets and where no deployment was found", () => {
    const litellm = createProcess({ startedAt: START });
    const nobody = population.keys.find((key) => key.alias === undefined);
    const event = makeEvent(population, { at: START });
    const key = { hash: nobody?.hash ?? "", alias: undefined };
    litellm.count({ ...event, key, team: { id: undefined, alias: undefined }, user: undefined });
    litellm.count({ ...event, status: 400, model: "typo", modelGroup: "typo", modelId: undefined, provider: "" });
    const page = litellm.render("text", START);
    const labelOf = (name: string, label: string, sample = 0) => samplesOf(page, name)[sample]?.labels.get(label);
    expect(labelOf("litellm_spend_metric_total", "api_key_alias")).toBe("None");
    expect(labelOf("litellm_spend_metric_total", "team")).toBe("None");
    expect(labelOf("litellm_remaining_api_key_budget_metric", "api_key_alias")).toBe("");
    expect(samplesOf(page, "litellm_remaining_team_budget_metric")).toBeEmpty();
    expect(labelOf("litellm_proxy_failed_requests_metric_total", "model_id")).toBe("None");
    expect(labelOf("litellm_proxy_failed_requests_metric_total", "exception_class")).toBe("ProxyModelNotFoundError");
    expect(labelOf("litellm_llm_api_failed_requests_metric_total", "model_id")).toBe("");
    expect(labelOf("litellm_deployment_failure_responses_total", "api_provider")).toBe("None");
    expect(labelOf("litellm_deployment_state", "api_provider", 1)).toBe("");
  });
});
