import type { Database } from "bun:sqlite";
import type { MetricName } from "../../litellm/metrics.ts";
import { chooseNames, type MetricNames, type NameReading, type Reading, usableNames } from "../../litellm/reading.ts";
import { insertMark, type Mark, marksOf, noteSeen } from "../tables/marks.ts";

/** The name that each metric is read under on a page, and the marks of the names. */
export type PageNames = {
  readonly chosen: ReadonlyMap<MetricName, NameReading>;
  /** The mark of a name that is mapped. */
  readonly markOf: (name: string) => Mark;
  /** Ids of the names that metrics are read under on this page. */
  readonly read: readonly number[];
  /** Ids of all names that metrics may be read under. */
  readonly mapped: ReadonlySet<number>;
};

/**
 * Chooses the names that a page is read under. A name that is mapped for the first time gets its mark: this page, whose
 * moment on LiteLLM's clock is `markAt`.
 */
export function namesOfPage(
  db: Database,
  target: number,
  reading: Reading,
  names: MetricNames,
  { page, markAt }: { readonly page: number; readonly markAt: number },
): PageNames {
  const marks = marksOf(db, target);
  const usable = usableNames(reading, names, (name) => marks.get(name)?.wasSeen ?? false);
  const mapped = [...usable.values()].flat();
  for (const name of mapped) if (!marks.has(name)) marks.set(name, insertMark(db, target, name, page, markAt));
  for (const { name } of [...reading.metrics.values()].flat()) {
    const mark = marks.get(name);
    if (mark && !mark.wasSeen) noteSeen(db, target, mark.name);
  }
  const markOf = (name: string): Mark => {
    const mark = marks.get(name);
    if (!mark) throw new TypeError(`The name ${name} is read without a mark`);
    return mark;
  };
  const chosen = chooseNames(reading, usable);
  return {
    chosen,
    markOf,
    read: [...chosen.values()].map(({ name }) => markOf(name).name),
    mapped: new Set(mapped.map((name) => markOf(name).name)),
  };
}
