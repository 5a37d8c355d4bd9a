import { METRICS, type MetricName } from "../litellm/metrics.ts";
import { METRIC_SETTINGS, type MetricSetting } from "./settings.ts";

/** Which Prometheus name each metric is mapped to. */
export type MetricMapping = {
  /** Prometheus name of each metric of the catalogue. */
  readonly metricNames: ReadonlyMap<MetricName, string>;
  /** Metrics that are mapped to another name than the catalogue's: for these no older names are tried. */
  readonly overriddenMetrics: ReadonlySet<MetricName>;
};

/** Two metrics that would read the same Prometheus name; `setting` is the one that took it from `other`. */
export type MetricNameClash = {
  readonly setting: MetricSetting;
  readonly other: MetricName;
  readonly prometheusName: string;
};

/** Collects the mapping from the values of the settings. */
export function collectMapping(values: ReadonlyMap<string, unknown>): MetricMapping {
  const metricNames = new Map<MetricName, string>();
  const overriddenMetrics = new Set<MetricName>();
  for (const setting of METRIC_SETTINGS) {
    const name = String(values.get(setting.key));
    metricNames.set(setting.metric, name);
    if (name !== setting.default) overriddenMetrics.add(setting.metric);
  }
  return { metricNames, overriddenMetrics };
}

/** The Prometheus names under which each metric may stand on a page: the mapped one, then those of older releases. */
export function candidateNames(mapping: MetricMapping): ReadonlyMap<MetricName, readonly string[]> {
  return new Map(
    METRICS.map(({ name, prometheusName, olderNames }) => [
      name,
      [
        mapping.metricNames.get(name) ?? prometheusName,
        ...(mapping.overriddenMetrics.has(name) ? [] : olderNames),
      ] as const,
    ]),
  );
}

/**
 * Finds a Prometheus name that two metrics would read, names of older LiteLLM releases included. It is refused: a
 * counter's state belongs to its name, so one increase would be booked twice, or for one of the two only.
 */
export function findClash(mapping: MetricMapping): MetricNameClash | undefined {
  const candidates = candidateNames(mapping);
  for (const setting of METRIC_SETTINGS) {
    const prometheusName = mapping.metricNames.get(setting.metric);
    if (prometheusName === undefined || !mapping.overriddenMetrics.has(setting.metric)) continue;
    for (const [other, names] of candidates) {
      if (other !== setting.metric && names.includes(prometheusName)) return { setting, other, prometheusName };
    }
  }
  return undefined;
}
