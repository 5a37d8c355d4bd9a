import { Counter, Gauge, Registry } from "prom-client";
import { createPause } from "../ledger/pause.ts";
import { type CounterName, METRICS } from "../litellm/metrics.ts";
import { WINDOW_SUFFIXES } from "../query/summary.ts";
import type { ScrapeFigures } from "./api.ts";

const PREFIX = "litellm_pulse_";
const WINDOW_LABELS: ReadonlyMap<string, string> = new Map([
  ["daily", "day"],
  ["weekly", "week"],
  ["monthly", "month"],
]);

/** Everything that our own metrics page shows. */
export type OwnFigures = {
  readonly version: string;
  readonly scrapes: ScrapeFigures;
  readonly isUp: boolean;
  /** When the newest good page was read, UTC milliseconds; undefined before the first. */
  readonly lastSuccessAt: number | undefined;
  readonly restarts: number;
  readonly databaseBytes: number;
  /** By model, as `/api/v1/models` has them: `cost_daily`, `cost_lifetime` … */
  readonly models: readonly ({ readonly model: string } & { readonly [value: string]: number | string })[];
};

/** Models that are added between two looks at the clock. */
const MODELS_AT_ONCE = 100;

/**
 * Our own metrics as Prometheus text 0.0.4: base units, calendar windows as gauges, lifetime totals as counters. Other
 * requests have their turn in between: thousands of models take most of a second.
 */
export async function ownMetricsText(figures: OwnFigures): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: number | undefined, labels: Record<string, string> = {}) => {
    const metric = new Gauge({ name: PREFIX + name, help, labelNames: Object.keys(labels), registers: [registry] });
    if (value !== undefined) metric.set(labels, value);
  };
  const counter = (name: string, help: string, value: number) =>
    new Counter({ name: `${PREFIX}${name}_total`, help, registers: [registry] }).inc(value);

  const { scrapes } = figures;
  gauge("build_info", "Version of the running program", 1, { version: figures.version });
  gauge("scrape_success", "Whether the last scrape was good and booked", figures.isUp ? 1 : 0);
  gauge("scrape_duration_seconds", "How long the last scrape took", inSeconds(scrapes.durationMs));
  gauge("last_success_timestamp_seconds", "When the newest good page was read", inSeconds(figures.lastSuccessAt));
  gauge("series_tracked", "Series on the newest good page that are counted", scrapes.series);
  gauge("database_size_bytes", "Size of the database", figures.databaseBytes);
  const results = new Counter({
    name: `${PREFIX}scrapes_total`,
    help: "Scrapes since the program started, by how they ended",
    labelNames: ["result"],
    registers: [registry],
  });
  for (const result of ["good", "failed", "unbooked"] as const) results.inc({ result }, scrapes[result]);
  counter("litellm_restarts", "Restarts of LiteLLM that were seen", figures.restarts);
  counter("samples_refused", "Values that no counter can have, since the program started", scrapes.refusedSamples);
  counter("lines_skipped", "Bad lines on LiteLLM's pages, since the program started", scrapes.skippedLines);
  const texts = [await registry.metrics()];
  const pause = createPause();
  for (const metric of METRICS) {
    if (metric.kind === "counter") texts.push(await counterText(metric.name, metric.help, figures, pause));
  }
  return texts.join("\n");
}

async function counterText(
  counter: CounterName,
  help: string,
  { models }: OwnFigures,
  pause: () => Promise<void>,
): Promise<string> {
  const registry = new Registry();
  const name = PREFIX + (counter === "cost" ? "cost_usd" : counter);
  const total = new Counter({
    name: `${name}_total`,
    help: `${help}, since the first scrape`,
    labelNames: ["model"],
    registers: [registry],
  });
  const window = new Gauge({
    name: name.replace(PREFIX, `${PREFIX}window_`),
    help: `${help}, since the beginning of the civil day, week or month`,
    labelNames: ["model", "window"],
    registers: [registry],
  });
  for (const [at, values] of models.entries()) {
    if (at % MODELS_AT_ONCE === 0) await pause();
    const { model } = values;
    total.inc({ model }, Number(values[`${counter}_lifetime`] ?? 0));
    for (const [suffix] of WINDOW_SUFFIXES) {
      const label = WINDOW_LABELS.get(suffix) ?? suffix;
      window.set({ model, window: label }, Number(values[`${counter}_${suffix}`] ?? 0));
    }
  }
  return registry.metrics();
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
