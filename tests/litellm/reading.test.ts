import { describe, expect, test } from "bun:test";
import {
  chooseNames,
  countersOf,
  type MetricNames,
  type Reading,
  readMetrics,
  sumOf,
  usableNames,
  wantedNames,
} from "../../lib/litellm/reading.ts";
import { PageParser } from "../../lib/parser/page-parser.ts";
import { type PageWish, pageOf } from "../support/page.ts";
import { NAMES, namesWith, readingOf } from "../support/store.ts";

const read = (page: PageWish, names = NAMES) => readingOf(pageOf(page), names);

describe("a page read by LiteLLM's names", () => {
  test("joins each series with its own `_created`", () => {
    const reading = read({
      start: 1000.25,
      requests: [
        [{ m: "a" }, 5, 1001.5],
        [{ m: "b" }, 7],
      ],
    });
    const series = reading.metrics.get("requests")?.[0]?.series ?? [];
    expect(reading.startSeconds).toBe(1000.25);
    expect(series.map(({ value, createdSeconds }) => [value, createdSeconds])).toEqual([
      [5, 1001.5],
      [7, undefined],
    ]);
  });

  test("finds the `_created` of OpenMetrics inside the family", () => {
    const text = [
      "# TYPE litellm_spend_metric counter",
      'litellm_spend_metric_total{m="a"} 1.5',
      'litellm_spend_metric_created{m="a"} 1001.5',
      "# EOF",
      "",
    ].join("\n");
    const series = readingOf(text).metrics.get("cost")?.[0]?.series ?? [];
    expect(series.map(({ value, createdSeconds }) => [value, createdSeconds])).toEqual([[1.5, 1001.5]]);
  });

  test("adds up a label set that stands twice, in whatever order its labels are", () => {
    const text = 'litellm_spend_metric_total{a="1",b="2"} 1\nlitellm_spend_metric_total{b="2",a="1"} 2\n';
    const series = readingOf(text).metrics.get("cost")?.[0]?.series ?? [];
    expect(series.map(({ value }) => value)).toEqual([3]);
  });

  test.each<[string, PageWish, boolean]>([
    ["a page of LiteLLM's with counters", { requests: [[{}, 1]] }, true],
    ["a page of LiteLLM's before its first request", { requests: [] }, true],
    ["a page with another metric of LiteLLM's", { named: { litellm_deployment_state: [[{}, 0]] } }, true],
    ["another program's page", { named: { node_cpu_seconds_total: [[{}, 5]] } }, false],
  ])("knows %s: %p", (_, page, expected) => {
    expect(read(page).isLiteLLM).toBe(expected);
  });

  test("knows a page with a mapped name only as LiteLLM's, too", () => {
    const page: PageWish = { named: { my_requests_total: [[{}, 5]] } };
    expect(read(page, namesWith({ requests: ["my_requests_total"] })).isLiteLLM).toBe(true);
  });

  test.each([["NaN"], ["0"], ["-5"], ["+Inf"]])("takes no start and no `_created` that reads %s", (text) => {
    const page = `process_start_time_seconds ${text}\nlitellm_spend_metric_total 1\nlitellm_spend_metric_created ${text}\n`;
    const reading = readingOf(page);
    expect(reading.startSeconds).toBeUndefined();
    expect(reading.metrics.get("cost")?.[0]?.series[0]?.createdSeconds).toBeUndefined();
  });

  test("sums what is usable", () => {
    const reading = read({
      requests: [
        [{ m: "a" }, 5],
        [{ m: "b" }, "NaN"],
        [{ m: "c" }, 2],
      ],
    }).metrics.get("requests")?.[0];
    expect(reading && sumOf(reading)).toBe(7);
  });
});

describe("the names that are looked for", () => {
  test("are every mapped one, its `_created`, and the start of the process", () => {
    const wants = wantedNames(new Map([["cost", ["litellm_spend_metric_total", "old_cost"]]]));
    const names = ["litellm_spend_metric_total", "litellm_spend_metric_created", "old_cost", "old_cost_created"];
    for (const name of [...names, "process_start_time_seconds"]) expect(wants(name)).toBe(true);
    for (const name of ["litellm_spend_metric", "litellm_total_tokens_metric_total"]) expect(wants(name)).toBe(false);
  });

  test("are enough to read a page by", () => {
    const page = { start: 5, requests: [[{ m: "a" }, 5, 6]], cost: [[{ m: "a" }, 1.5, 7]] } as const;
    const parser = new PageParser({ wants: () => true, format: "text" });
    parser.push(new TextEncoder().encode(pageOf(page)));
    const outcome = parser.finish();
    expect(outcome.kind === "page" && readMetrics(outcome.page, NAMES)).toEqual(read(page));
  });
});

describe("the name that a metric is read under", () => {
  const NEW = "litellm_proxy_total_requests_metric_total";
  const OLD = "litellm_requests_metric_total";
  const FAILED_OLD = "litellm_llm_api_failed_requests_metric_total";
  const TOKENS_NEW = "litellm_total_tokens_metric_total";
  const TOKENS_OLD = "litellm_total_tokens_total";
  const named = (...names: string[]): PageWish => ({
    named: Object.fromEntries(names.map((name) => [name, [[{}, 1]]])),
  });
  const choose = (reading: Reading, names: MetricNames, wasSeen: (name: string) => boolean) =>
    chooseNames(reading, usableNames(reading, names, wasSeen));
  type Row = [string, PageWish, string[], Record<string, string>];
  test.each<Row>([
    ["is the current one", named(NEW), [], { requests: NEW }],
    ["is the current one where both are there", named(NEW, OLD), [], { requests: NEW }],
    ["is the current one though it has no series yet", { requests: [], ...named(OLD) }, [], { requests: NEW }],
    ["is the older one where there is no other", named(OLD), [], { requests: OLD }],
    ["is none where the current one was seen before", named(OLD), [NEW], {}],
    ["is none where what was renamed with it has its current name", named(NEW, FAILED_OLD), [], { requests: NEW }],
    [
      "is the older one of both that were renamed together",
      named(OLD, FAILED_OLD),
      [],
      { requests: OLD, failed_requests: FAILED_OLD },
    ],
    [
      "is the older one of the tokens though the current one was seen before: a release was taken back",
      named(NEW, TOKENS_OLD),
      [TOKENS_NEW],
      { requests: NEW, tokens: TOKENS_OLD },
    ],
    [
      "is the current one of the tokens where both are there",
      named(TOKENS_NEW, TOKENS_OLD),
      [],
      { tokens: TOKENS_NEW },
    ],
    [
      "is an older one of the tokens, whatever the requests are called",
      named(NEW, "litellm_input_tokens_total"),
      [],
      { requests: NEW, input_tokens: "litellm_input_tokens_total" },
    ],
  ])("%s", (_, page, seen, expected) => {
    const chosen = choose(read(page), NAMES, (name) => seen.includes(name));
    expect(Object.fromEntries([...chosen].map(([metric, { name }]) => [metric, name]))).toEqual(expected);
  });

  test("is the first of a setting's own list that is on the page", () => {
    const names = namesWith({ requests: ["mine_total"] });
    expect([...choose(read(named(NEW), names), names, () => false)]).toEqual([]);
    expect(choose(read(named("mine_total", NEW), names), names, () => false).get("requests")?.name).toBe("mine_total");
  });

  test("is asked for counters in the catalogue's order, and gauges are none", () => {
    const page: PageWish = { cost: [[{}, 1]], requests: [[{}, 1]], in_flight_requests: [[{}, 1]] };
    const chosen = choose(read(page), NAMES, () => false);
    expect(countersOf(chosen).map(([counter]) => counter)).toEqual(["requests", "cost"]);
    expect(chosen.has("in_flight_requests")).toBe(true);
  });
});
