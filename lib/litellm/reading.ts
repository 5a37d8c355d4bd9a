import type { LabelSet } from "../parser/label-set.ts";
import type { Page, Sample } from "../parser/page.ts";
import { COUNTERS, type CounterName, METRICS, type MetricName } from "./metrics.ts";

const PROCESS_START = "process_start_time_seconds";

/** Names the provider of each deployment; before LiteLLM v1.84 no counter of spend, tokens or requests does. */
const DEPLOYMENT_STATE = "litellm_deployment_state";

/** The Prometheus names of each metric, the preferred one first, names of older LiteLLM releases after it. */
export type MetricNames = ReadonlyMap<MetricName, readonly string[]>;

/** One counter of one process as the page shows it. `createdSeconds` is its own `_created` sample. */
type SeriesReading = {
  readonly labels: LabelSet;
  readonly createdSeconds: number | undefined;
  readonly value: number;
};

/** What a page says under one Prometheus name: its series, label sets that stood twice added up. */
export type NameReading = { readonly name: string; readonly series: readonly SeriesReading[] };

/** What LiteLLM's page means, before anything is known of earlier pages. */
export type Reading = {
  /** `process_start_time_seconds`, undefined in multiprocess mode. */
  readonly startSeconds: number | undefined;
  /** The names that are on the page, by TYPE line or sample, of each mapped metric, preferred one first. */
  readonly metrics: ReadonlyMap<MetricName, readonly NameReading[]>;
  /** The labels of LiteLLM's gauge of deployments, which say what each `model_id` is. */
  readonly deployments: readonly LabelSet[];
  /** Whether any mapped name or `litellm_` family is on the page. */
  readonly isLiteLLM: boolean;
};

/**
 * Metrics whose older names current releases still emit, of successes only: where one of them has its new name, none is
 * looked up by the old one. The older names of the others ended with the release that renamed them.
 */
const STILL_EMITTED: readonly MetricName[] = ["requests", "failed_requests"];

/** The filter that keeps of a page what `readMetrics` needs. */
export function wantedNames(names: MetricNames): (name: string) => boolean {
  const wanted = new Set([PROCESS_START, DEPLOYMENT_STATE]);
  for (const candidates of names.values()) for (const name of candidates) wanted.add(name).add(createdName(name));
  return (name) => wanted.has(name);
}

/** Finds the mapped metrics on a page and joins each series with its `_created` sample. */
export function readMetrics(page: Page, names: MetricNames): Reading {
  const byName = Map.groupBy(page.samples, (sample) => sample.name);
  const metrics = new Map<MetricName, NameReading[]>();
  for (const { name: metric } of METRICS) {
    const readings = (names.get(metric) ?? [])
      .filter((name) => byName.has(name) || page.families.has(name) || page.families.has(familyName(name)))
      .map((name) => ({ name, series: joinCreated(byName.get(name) ?? [], byName.get(createdName(name)) ?? []) }));
    if (readings.length > 0) metrics.set(metric, readings);
  }
  const start = byName.get(PROCESS_START)?.[0]?.value;
  return {
    startSeconds: isMoment(start) ? start : undefined,
    metrics,
    deployments: (byName.get(DEPLOYMENT_STATE) ?? []).map(({ labels }) => labels),
    isLiteLLM: metrics.size > 0 || startsWithLiteLLM(page.families.keys()) || startsWithLiteLLM(page.sums.keys()),
  };
}

/**
 * The names that each metric may be read under on this page. Those that current releases still emit beside the new ones
 * count only where neither new one is on the page or has ever been; any other, whenever the new one is absent, so that a
 * release that is taken back, or two of them behind one address, go on counting.
 */
export function usableNames(reading: Reading, names: MetricNames, wasSeen: (name: string) => boolean): MetricNames {
  const isCurrent = (metric: MetricName): boolean => {
    const preferred = names.get(metric)?.[0];
    return preferred !== undefined && (reading.metrics.get(metric)?.[0]?.name === preferred || wasSeen(preferred));
  };
  const isSuperseded = STILL_EMITTED.some(isCurrent);
  return new Map(
    [...names].map(([metric, candidates]) => [
      metric,
      isSuperseded && STILL_EMITTED.includes(metric) ? candidates.slice(0, 1) : candidates,
    ]),
  );
}

/** Chooses the name that each metric is read under: the first usable one that is on the page. */
export function chooseNames(reading: Reading, usable: MetricNames): ReadonlyMap<MetricName, NameReading> {
  const chosen = new Map<MetricName, NameReading>();
  for (const [metric, readings] of reading.metrics) {
    const pick = readings.find(({ name }) => usable.get(metric)?.includes(name));
    if (pick) chosen.set(metric, pick);
  }
  return chosen;
}

/** The sum of a metric over its series; series without a usable value are left out. */
export function sumOf(reading: NameReading): number {
  return reading.series.reduce((sum, { value }) => (Number.isFinite(value) ? sum + value : sum), 0);
}

/** The counters among the chosen metrics, in the catalogue's order. */
export function countersOf(chosen: ReadonlyMap<MetricName, NameReading>): [CounterName, NameReading][] {
  return COUNTERS.flatMap((counter) => {
    const reading = chosen.get(counter);
    return reading ? [[counter, reading] as [CounterName, NameReading]] : [];
  });
}

function joinCreated(samples: readonly Sample[], created: readonly Sample[]): SeriesReading[] {
  const createdOf = new Map(created.filter(({ value }) => isMoment(value)).map((s) => [s.labels.key, s.value]));
  const series = new Map<string, SeriesReading>();
  for (const { labels, value } of samples) {
    const same = series.get(labels.key);
    series.set(labels.key, {
      labels,
      createdSeconds: createdOf.get(labels.key),
      value: same ? same.value + value : value,
    });
  }
  return [...series.values()];
}

function familyName(name: string): string {
  return name.replace(/_total$/, "");
}

function createdName(name: string): string {
  return `${familyName(name)}_created`;
}

function isMoment(seconds: number | undefined): seconds is number {
  return seconds !== undefined && Number.isFinite(seconds) && seconds > 0;
}

function startsWithLiteLLM(names: Iterable<string>): boolean {
  for (const name of names) if (name.startsWith("litellm_")) return true;
  return false;
}
