import type { Part } from "./place.ts";

/** The data source is chosen in the dashboard itself, so that one file fits every Grafana. */
const SOURCE = { type: "prometheus", uid: "$datasource" };
const COLUMNS = 24;
const STAT_HEIGHT = 4;
const GRAPH_HEIGHT = 9;
/** Grafana 10 and newer read it; older ones say so. */
const SCHEMA_VERSION = 39;

type Query = { readonly expr: string; readonly legend?: string; readonly isInstant?: boolean };
type Panel = {
  readonly type: "stat" | "timeseries" | "bargauge";
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly isStacked?: boolean;
};

const cost = (window: string) => `sum(litellm_pulse_window_cost_usd{window="${window}"})`;

const STATS: readonly Panel[] = [
  { type: "stat", title: "Spent today", unit: "currencyUSD", queries: [{ expr: cost("day") }] },
  { type: "stat", title: "Spent this week", unit: "currencyUSD", queries: [{ expr: cost("week") }] },
  { type: "stat", title: "Spent this month", unit: "currencyUSD", queries: [{ expr: cost("month") }] },
  {
    type: "stat",
    title: "Requests today",
    unit: "short",
    queries: [{ expr: 'sum(litellm_pulse_window_requests{window="day"})' }],
  },
  {
    type: "stat",
    title: "Tokens today",
    unit: "short",
    queries: [{ expr: 'sum(litellm_pulse_window_tokens{window="day"})' }],
  },
  {
    type: "stat",
    title: "Age of the numbers",
    unit: "s",
    queries: [{ expr: "time() - litellm_pulse_last_success_timestamp_seconds" }],
  },
];
const GRAPHS: readonly Panel[] = [
  {
    type: "timeseries",
    title: "Spend an hour, by model",
    unit: "currencyUSD",
    isStacked: true,
    queries: [
      { expr: "sum by (model) (rate(litellm_pulse_cost_usd_total[$__rate_interval])) * 3600", legend: "{{model}}" },
    ],
  },
  {
    type: "bargauge",
    title: "Spent this month, by model",
    unit: "currencyUSD",
    queries: [
      {
        expr: 'topk(10, sum by (model) (litellm_pulse_window_cost_usd{window="month"}))',
        legend: "{{model}}",
        isInstant: true,
      },
    ],
  },
  {
    type: "timeseries",
    title: "Tokens a minute",
    unit: "short",
    isStacked: true,
    queries: [
      { expr: "sum(rate(litellm_pulse_input_tokens_total[$__rate_interval])) * 60", legend: "input" },
      { expr: "sum(rate(litellm_pulse_output_tokens_total[$__rate_interval])) * 60", legend: "output" },
    ],
  },
  {
    type: "timeseries",
    title: "Requests a minute",
    unit: "short",
    queries: [
      { expr: "sum(rate(litellm_pulse_requests_total[$__rate_interval])) * 60", legend: "all" },
      { expr: "sum(rate(litellm_pulse_failed_requests_total[$__rate_interval])) * 60", legend: "failed" },
    ],
  },
  {
    type: "timeseries",
    title: "Scrapes that failed, and restarts of LiteLLM",
    unit: "short",
    queries: [
      {
        expr: 'sum by (result) (increase(litellm_pulse_scrapes_total{result!="good"}[$__rate_interval]))',
        legend: "{{result}}",
      },
      { expr: "increase(litellm_pulse_litellm_restarts_total[$__rate_interval])", legend: "restarts" },
    ],
  },
  {
    type: "timeseries",
    title: "Database",
    unit: "bytes",
    queries: [{ expr: "litellm_pulse_database_size_bytes", legend: "size" }],
  },
];

/** A dashboard over our own `/metrics`, for Grafana's import page. */
export const GRAFANA: readonly Part[] = [
  {
    name: "dashboard",
    help: "a dashboard as JSON, for Grafana's import page",
    text: ({ timezone }) => `${JSON.stringify(dashboard(timezone), null, 2)}\n`,
  },
];

function dashboard(timezone: string): object {
  return {
    uid: "litellm-pulse",
    title: "LiteLLM spend",
    tags: ["litellm"],
    timezone,
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    refresh: "1m",
    time: { from: "now-24h", to: "now" },
    templating: { list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus" }] },
    panels: [...placed(STATS, STATS.length, STAT_HEIGHT, 0), ...placed(GRAPHS, 2, GRAPH_HEIGHT, STAT_HEIGHT)].map(
      (panel, index) => ({ id: index + 1, ...panel }),
    ),
  };
}

/** Panels in rows of so many, from a height on. */
function placed(panels: readonly Panel[], perRow: number, height: number, from: number): object[] {
  const width = COLUMNS / perRow;
  return panels.map((panel, index) => ({
    gridPos: { x: (index % perRow) * width, y: from + Math.floor(index / perRow) * height, w: width, h: height },
    ...panelJson(panel),
  }));
}

function panelJson({ type, title, unit, queries, isStacked = false }: Panel): object {
  return {
    type,
    title,
    datasource: SOURCE,
    targets: queries.map(({ expr, legend, isInstant = type === "stat" }, index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource: SOURCE,
      expr,
      ...(legend === undefined ? {} : { legendFormat: legend }),
      ...(isInstant ? { instant: true, range: false } : {}),
    })),
    fieldConfig: {
      defaults: {
        unit,
        ...(unit === "currencyUSD" ? { decimals: 4 } : {}),
        ...(isStacked ? { custom: { fillOpacity: 40, stacking: { mode: "normal", group: "A" } } } : {}),
      },
      overrides: [],
    },
    options:
      type === "timeseries"
        ? { tooltip: { mode: "multi", sort: "desc" } }
        : { reduceOptions: { calcs: ["lastNotNull"] } },
  };
}
