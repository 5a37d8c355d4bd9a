import { METRICS, type MetricName } from "../../lib/litellm/metrics.ts";

/** One series of a page: its labels, its value as a number or as it shall be printed, and its `_created` in seconds. */
export type SeriesWish = readonly [
  labels: Readonly<Record<string, string>>,
  value: number | string,
  createdSeconds?: number,
];

/**
 * What stands on a page: `start` is `process_start_time_seconds`; under a friendly or a Prometheus name the series,
 * where an empty list makes a TYPE line only.
 */
export type PageWish = { readonly start?: number } & {
  readonly [M in MetricName]?: readonly SeriesWish[] | undefined;
} & {
  readonly named?: Readonly<Record<string, readonly SeriesWish[]>>;
};

/** The text of a page as prometheus_client writes it. */
export function pageOf({ start, named = {}, ...metrics }: PageWish): string {
  const lines = ["# TYPE python_info gauge", 'python_info{version="3.11.7"} 1'];
  if (start !== undefined) lines.push("# TYPE process_start_time_seconds gauge", `process_start_time_seconds ${start}`);
  for (const { name, prometheusName, kind } of METRICS) {
    const series = metrics[name];
    if (series) lines.push(...family(prometheusName, kind, series));
  }
  for (const [name, series] of Object.entries(named)) lines.push(...family(name, "counter", series));
  return `${lines.join("\n")}\n`;
}

function family(name: string, kind: string, series: readonly SeriesWish[]): string[] {
  const createdName = name.replace(/(_total)?$/, "_created");
  const created = series.filter(([, , seconds]) => seconds !== undefined);
  return [
    `# TYPE ${name} ${kind}`,
    ...series.map(([labels, value]) => `${name}${labelText(labels)} ${value}`),
    ...(created.length > 0 ? [`# TYPE ${createdName} gauge`] : []),
    ...created.map(([labels, , seconds]) => `${createdName}${labelText(labels)} ${seconds}`),
  ];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeValue(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
