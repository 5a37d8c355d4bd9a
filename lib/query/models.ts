import type { Database } from "bun:sqlite";
import { isoIn } from "../aggregator/iso.ts";
import { windowOf } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import { COMPUTED, COUNTERS, type CounterName } from "../litellm/metrics.ts";
import type { MetricNames } from "../litellm/reading.ts";
import { configuredTarget } from "../store/read/state.ts";
import { lifetimeByModel, rawByModel, zeroSums } from "../store/read/totals.ts";
import { type Sums, sourcesOf, sumUsage } from "../store/read/usage-rows.ts";
import { marksOf } from "../store/tables/marks.ts";
import { cleanNumber } from "./clean-number.ts";
import { WINDOW_SUFFIXES } from "./summary.ts";
import { addSums, ratio } from "./usage/measures.ts";

/** The name of what no page has given a model. */
const UNKNOWN_MODEL = "unknown";

/** The body of `GET /api/v1/models`: each model that was ever booked, the costliest of the month first. */
export type ModelsAnswer = {
  readonly models: readonly ({ readonly model: string } & { readonly [value: string]: number | string })[];
  readonly last_scrape: string | null;
};

/** Reads every counter of every model: LiteLLM's own value, the calendar windows and the lifetime. */
export function readModels(
  db: Database,
  context: { readonly now: number; readonly zone: Zone; readonly url: string; readonly names: MetricNames },
): ModelsAnswer {
  const { now, zone, url, names } = context;
  const target = configuredTarget(db, url);
  const lifetime = named(lifetimeByModel(db));
  const raw = named(target ? rawByModel(db, target.id, counterIds(db, target.id, names)) : new Map<string, Sums>());
  const windows = WINDOW_SUFFIXES.map(([suffix, period]) => {
    const rows = sourcesOf(db, windowOf(period, now, zone), zone).sources.flatMap((source) =>
      sumUsage(db, source, ["model"], [], false),
    );
    return [`_${suffix}`, named(rows.map((row) => [row.model ?? "", row]))] as const;
  });
  const columns = [["", raw] as const, ...windows, ["_lifetime", lifetime] as const];
  const month = windows.at(-1)?.[1];
  const models = [...new Set([...lifetime.keys(), ...raw.keys()])].sort(
    (a, b) => (month?.get(b)?.cost ?? 0) - (month?.get(a)?.cost ?? 0) || (a < b ? -1 : 1),
  );
  return {
    models: models.map((model) => {
      const sumsOf = columns.map(([suffix, sums]) => [suffix, sums.get(model) ?? zeroSums()] as const);
      const counters = COUNTERS.flatMap((counter) =>
        sumsOf.map(([suffix, sums]) => [`${counter}${suffix}`, cleanNumber(sums[counter])]),
      );
      const computed = COMPUTED.flatMap(({ name, numerator, denominator, factor }) =>
        sumsOf.map(([suffix, sums]) => [`${name}${suffix}`, ratio(sums[numerator], sums[denominator], factor)]),
      );
      return { model, ...Object.fromEntries([...counters, ...computed]) };
    }),
    last_scrape: target ? isoIn(target.lastPageAt, zone) : null,
  };
}

/** Sums by the name that is shown; what no page has given a model and what was imported as unknown are one. */
function named(sums: Iterable<readonly [model: string, sums: Sums]>): Map<string, Sums> {
  const byName = new Map<string, Sums>();
  for (const [model, more] of sums) {
    const name = model === "" ? UNKNOWN_MODEL : model;
    byName.set(name, addSums(byName.get(name) ?? zeroSums(), more));
  }
  return byName;
}

/** The counter that each Prometheus name of a target is read as. */
function counterIds(db: Database, target: number, names: MetricNames): Map<number, CounterName> {
  const marks = marksOf(db, target);
  return new Map(
    COUNTERS.flatMap((counter) =>
      (names.get(counter) ?? []).flatMap((name) => {
        const mark = marks.get(name);
        return mark ? [[mark.name, counter] as const] : [];
      }),
    ),
  );
}
