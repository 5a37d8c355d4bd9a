import type { Database } from "bun:sqlite";
import { COUNTERS, type CounterName } from "../../litellm/metrics.ts";
import { type ModelValues, modelOf } from "./judge-models.ts";

/** LiteLLM's own values on the predecessor's last page: of all models together and of each that it knew. */
export type LastValues = {
  readonly flat: ReadonlyMap<CounterName, number>;
  readonly models: ReadonlyMap<string, ReadonlyMap<CounterName, number>>;
};

/** Stands for all models together. */
const ALL = "";

/** Keeps the values for the first good page, inside the caller's transaction. Numbers stand in the order of `COUNTERS`. */
export function keepLastValues(
  db: Database,
  target: number,
  flat: ReadonlyMap<number, number>,
  models: ModelValues,
): void {
  db.query("DELETE FROM predecessor_value WHERE target = ?").run(target);
  const insert = db.query(
    `INSERT INTO predecessor_value (target, model, counter, value) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = value + excluded.value`,
  );
  for (const [index, value] of flat) insert.run(target, ALL, COUNTERS[index] ?? "", value);
  for (const [label, values] of models) {
    for (const [index, value] of values.entries()) {
      if (value !== null) insert.run(target, modelOf(label), COUNTERS[index] ?? "", value);
    }
  }
}

/** Takes the values out, inside the caller's transaction; undefined where there are none (any more). */
export function takeLastValues(db: Database, target: number): LastValues | undefined {
  const rows = db
    .query<{ model: string; counter: CounterName; value: number }, [number]>(
      "SELECT model, counter, value FROM predecessor_value WHERE target = ?",
    )
    .all(target);
  if (rows.length === 0) return undefined;
  db.query("DELETE FROM predecessor_value WHERE target = ?").run(target);
  const byModel = new Map(
    [...Map.groupBy(rows, ({ model }) => model)].map(([model, same]) => [
      model,
      new Map(same.map(({ counter, value }) => [counter, value])),
    ]),
  );
  const flat = byModel.get(ALL) ?? new Map();
  byModel.delete(ALL);
  return { flat, models: byModel };
}
