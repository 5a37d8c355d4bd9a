import type { Database } from "bun:sqlite";
import { isoIn } from "../aggregator/iso.ts";
import { windowOf } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import { COUNTERS, type CounterName } from "../litellm/metrics.ts";
import type { MetricNames } from "../litellm/reading.ts";
import { marksOf } from "../store/names.ts";
import { configuredTarget } from "../store/state.ts";
import { lifetimeByModel, rawByModel, zeroSums } from "../store/totals.ts";
import { type Sums, sourcesOf, sumUsage } from "../store/usage-rows.ts";
import { cleanNumber } from "./clean-number.ts";
import { addSums } from "./measures.ts";
import { WINDOW_SUFFIXES } from "./summary.ts";

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
  const lifetime = lifetimeByModel(db);
  const raw = target ? rawByModel(db, target.id, counterIds(db, target.id, names)) : new Map<string, Sums>();
  const windows = WINDOW_SUFFIXES.map(([suffix, period]) => {
    const sums = new Map<string, Sums>();
    for (const source of sourcesOf(db, windowOf(period, now, zone), zone).sources) {
      for (const row of sumUsage(db, source, ["model"], [], false)) {
        const model = row.model ?? "";
        sums.set(model, addSums(sums.get(model) ?? zeroSums(), row));
      }
    }
    return [suffix, sums] as const;
  });
  const columns = [["", raw] as const, ...windows, ["lifetime", lifetime] as const];
  const month = windows.at(-1)?.[1];
  const models = [...new Set([...lifetime.keys(), ...raw.keys()])].sort(
    (a, b) => (month?.get(b)?.cost ?? 0) - (month?.get(a)?.cost ?? 0) || (a < b ? -1 : 1),
  );
  return {
    models: models.map((model) => {
      const values = COUNTERS.flatMap((counter) =>
        columns.map(([suffix, sums]) => [
          suffix === "" ? counter : `${counter}_${suffix}`,
          cleanNumber(sums.get(model)?.[counter] ?? 0),
        ]),
      );
      return { model: model === "" ? UNKNOWN_MODEL : model, ...Object.fromEntries(values) };
    }),
    last_scrape: target ? isoIn(target.lastPageAt, zone) : null,
  };
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
