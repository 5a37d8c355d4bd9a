import type * as v from "valibot";
import { METRICS, type MetricName } from "../litellm/metrics.ts";
import { envName, flagName, metricSettingKey } from "./names.ts";
import { prometheusName } from "./schemas.ts";
import { type Entry, SETTINGS_TABLE } from "./settings-table.ts";

/** One row of the table, with the names that follow from its key. */
export type Setting = Entry & {
  /** Key in `Config`, and the attribute name that commander derives from the flag. */
  readonly key: string;
  readonly env: string;
  readonly flag: string;
};

type Table = typeof SETTINGS_TABLE;

type ValueOf<Row extends Entry> = Row extends { readonly default: string }
  ? v.InferOutput<Row["schema"]>
  : v.InferOutput<Row["schema"]> | undefined;

/** The values of the table by key; times are in seconds, as they are set. */
export type SettingValues = { readonly [Key in keyof Table]: ValueOf<Table[Key]> };

/** Setting that maps a metric to a Prometheus name. */
export type MetricSetting = Setting & {
  readonly metric: MetricName;
  readonly default: string;
};

const NAME_SCHEMA = prometheusName();

/** The settings that map metrics to Prometheus names, one per metric of the catalogue and in its order. */
export const METRIC_SETTINGS: readonly MetricSetting[] = METRICS.map((metric) => ({
  ...row(metricSettingKey(metric.name), {
    group: "Metric names",
    argument: "name",
    schema: NAME_SCHEMA,
    help: `Prometheus name of ${metric.name}: ${metric.help}`,
  }),
  metric: metric.name,
  default: metric.prometheusName,
}));

/** The settings of the table, without those of the metric names. */
export const TABLE_SETTINGS: readonly Setting[] = Object.entries<Entry>(SETTINGS_TABLE).map(([key, entry]) =>
  row(key, entry),
);

/** Every setting, in the order in which help, `config` and README list them. */
export const SETTINGS: readonly Setting[] = [...TABLE_SETTINGS, ...METRIC_SETTINGS];

function row(key: string, entry: Entry): Setting {
  return { ...entry, key, env: envName(key), flag: flagName(key) };
}
