import { METRICS } from "../../../lib/litellm/metrics.ts";
import type { OldDatabase, OldModel, OldScrape } from "./old-database.ts";

/** A page and the second at which the predecessor stored it. */
export type StoredPage = { readonly text: string; readonly second: number };

type Series = { readonly name: string; readonly model: string | undefined; readonly value: number };
type ModelValues = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * What the Python predecessor 0.3.0 makes of pages, with its mistakes: sums before it subtracts, takes requests that fell
 * by more than half for a restart, and compares models with those of the scrape before only.
 */
export function asPredecessor(pages: readonly StoredPage[]): OldDatabase {
  const scrapes: OldScrape[] = [];
  const models: OldModel[] = [];
  let last: ReadonlyMap<string, number> | undefined;
  let lastModels: ModelValues = new Map();
  for (const { text, second } of pages) {
    const series = seriesOf(text);
    const flat = new Map(
      METRICS.map(({ name, kind, prometheusName }) => [
        name,
        kind === "gauge" ? gaugeOf(text, prometheusName) : sum(series.filter((one) => one.name === prometheusName)),
      ]),
    );
    const before = last?.get("requests") ?? 0;
    const isReset = before > 0 && (flat.get("requests") ?? 0) < before / 2;
    const delta = (name: string, value: number) =>
      last === undefined || name === "in_flight_requests" ? 0 : isReset ? value : value - (last.get(name) ?? 0);
    scrapes.push([
      second,
      Object.fromEntries([...flat].map(([name, value]) => [name, [value, delta(name, value)]])),
      isReset ? "reset" : undefined,
    ]);
    const byModel = modelValues(series);
    for (const [metric, values] of byModel) {
      for (const [model, value] of values) {
        const known = lastModels.size === 0 ? value : isReset ? 0 : (lastModels.get(metric)?.get(model) ?? 0);
        models.push([second, model, metric, value, value - known]);
      }
    }
    last = flat;
    lastModels = byModel;
  }
  return { scrapes, models };
}

function modelValues(series: readonly Series[]): ModelValues {
  const byMetric = new Map<string, Map<string, number>>();
  for (const { name, kind, prometheusName } of METRICS) {
    if (kind === "gauge") continue;
    for (const one of series) {
      const { model } = one;
      if (one.name !== prometheusName || model === undefined || model === "") continue;
      const values = byMetric.get(name) ?? new Map<string, number>();
      values.set(model, (values.get(model) ?? 0) + one.value);
      byMetric.set(name, values);
    }
  }
  return byMetric;
}

function sum(series: readonly Series[]): number {
  return series.reduce((total, { value }) => total + value, 0);
}

function gaugeOf(text: string, name: string): number {
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1] ?? 0);
}

/** The counters of a page, read as the predecessor did: by one regular expression a line. */
function seriesOf(text: string): Series[] {
  return [...text.matchAll(/^(\w+_total)(?:\{([^}]*)\})? (\S+)$/gm)].map(([, name = "", labels = "", value]) => ({
    name,
    model: /(?:^|,)model="([^"]*)"/.exec(labels)?.[1],
    value: Number(value),
  }));
}
