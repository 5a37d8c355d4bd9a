import type { Database } from "bun:sqlite";
import { COUNTERS, type CounterName } from "../../litellm/metrics.ts";
import type { Sums } from "./usage-rows.ts";

const totals = COUNTERS.map((counter) => `COALESCE(SUM(lifetime.${counter}), 0) AS ${counter}`).join(", ");

/** What was booked since the first scrape and is published: it never falls, whatever was purged or corrected. */
export function lifetimeTotals(db: Database): Sums {
  const row = db.query<Sums, []>(`SELECT ${totals} FROM lifetime`).get();
  const floor = db.query<Sums, []>(`SELECT ${COUNTERS.join(", ")} FROM lifetime_floor WHERE scope = 'total'`).get();
  return higherOf(row ?? undefined, floor ?? undefined);
}

/** Published lifetime by model, '' where it is unknown. */
export function lifetimeByModel(db: Database): Map<string, Sums> {
  const floors = new Map(
    db
      .query<Sums & { model: string }, []>(
        `SELECT model, ${COUNTERS.join(", ")} FROM lifetime_floor WHERE scope = 'model'`,
      )
      .all()
      .map((row) => [row.model, row]),
  );
  return new Map(
    db
      .query<Sums & { model: string }, []>(
        `SELECT COALESCE(model, '') AS model, ${totals} FROM lifetime JOIN cell ON cell.id = cell GROUP BY 1`,
      )
      .all()
      .map((row) => [row.model, higherOf(row, floors.get(row.model))]),
  );
}

/** LiteLLM's own counters by model: the newest page of each process that answers (see `rawValues`). */
export function rawByModel(db: Database, target: number, names: ReadonlyMap<number, CounterName>): Map<string, Sums> {
  const rows = db
    .query<{ model: string; name: number; value: number }, [number]>(
      `SELECT COALESCE(model, '') AS model, series.name, SUM(series.value) AS value
       FROM series JOIN process ON process.id = series.process JOIN target ON target.id = series.target
       JOIN cell ON cell.id = series.cell
       WHERE series.target = ?1 AND series.last_seen_at IS NULL AND process.last_page > target.pages - 10
         AND process.last_page >= target.last_restart_page GROUP BY 1, 2`,
    )
    .all(target);
  const byModel = new Map<string, Sums>();
  for (const { model, name, value } of rows) {
    const counter = names.get(name);
    if (!counter) continue;
    const sums = byModel.get(model) ?? zeroSums();
    sums[counter] += value;
    byModel.set(model, sums);
  }
  return byModel;
}

/** Sums that are all zero. */
export function zeroSums(): Sums {
  return {
    requests: 0,
    failed_requests: 0,
    tokens: 0,
    input_tokens: 0,
    output_tokens: 0,
    reasoning_tokens: 0,
    cost: 0,
    cache_hits: 0,
    cache_misses: 0,
    cached_tokens: 0,
    input_cached_tokens: 0,
  };
}

function higherOf(sums: Sums | undefined, floor: Sums | undefined): Sums {
  const higher = zeroSums();
  for (const counter of COUNTERS) higher[counter] = Math.max(sums?.[counter] ?? 0, floor?.[counter] ?? 0);
  return higher;
}
