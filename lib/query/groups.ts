import type { Database } from "bun:sqlite";
import { isoIn } from "../aggregator/iso.ts";
import type { Window } from "../aggregator/window.ts";
import { dayText, type Zone } from "../aggregator/zone.ts";
import type { Dimension } from "../litellm/dimensions.ts";
import type { CounterName } from "../litellm/metrics.ts";
import { zeroSums } from "../store/totals.ts";
import { type Sums, sumUsage, type UsageRow, type UsageSource } from "../store/usage-rows.ts";
import { addSums, type Measures, measuresOf } from "./measures.ts";
import type { Grouping, UsageQuestion } from "./usage-question.ts";

/** The values of a group by what was asked for, with its measures; `folded` counts the groups in a rest line. */
export type UsageGroup = Measures & { readonly [G in Grouping]?: string | null } & { readonly folded?: number };

/** The value of the group that holds what `top` left out. */
const REST = "other";

/** The groups of a window, the largest first, or in the order of time where they are days or hours. */
export function groupsOf(
  db: Database,
  question: UsageQuestion,
  window: Window,
  sources: readonly UsageSource[],
  known: ReadonlySet<CounterName>,
  zone: Zone,
): UsageGroup[] {
  const dimensions = question.by.filter((by): by is Dimension => by !== "day" && by !== "hour");
  const time = question.by.find((by) => by === "day" || by === "hour");
  const groups = new Map<string, { values: (string | null)[]; sums: Sums }>();
  const read = time === "hour" ? [{ kind: "bucket" as const, ...window }] : sources;
  for (const source of read) {
    for (const row of sumUsage(db, source, dimensions, question.filters, time !== undefined)) {
      const values = question.by.map((by) => groupValue(by, row, source.kind, zone));
      const key = JSON.stringify(values);
      const group = groups.get(key) ?? { values, sums: zeroSums() };
      addSums(group.sums, row);
      groups.set(key, group);
    }
  }
  const sorted = [...groups.values()].sort((a, b) =>
    time === undefined
      ? b.sums[question.sort] - a.sums[question.sort] ||
        b.sums.requests - a.sums.requests ||
        compare(a.values, b.values)
      : compare(a.values, b.values),
  );
  const top = question.top ?? sorted.length;
  const rest = sorted.slice(top);
  const shown = sorted.slice(0, top).map(({ values, sums }) => named(question.by, values, measuresOf(sums, known)));
  if (rest.length === 0) return shown;
  const sums = rest.reduce((all, group) => addSums(all, group.sums), zeroSums());
  const values = question.by.map(() => REST);
  return [...shown, { ...named(question.by, values, measuresOf(sums, known)), folded: rest.length }];
}

function groupValue(by: Grouping, row: UsageRow, kind: "day" | "bucket", zone: Zone): string | null {
  if (by === "day") return dayText(kind === "day" ? row.slot : zone.dayAt(row.slot).day);
  if (by === "hour") return isoIn(row.slot, zone).replace(/:\d\d:\d\d/, ":00:00");
  return row[by] ?? null;
}

function named(by: readonly Grouping[], values: readonly (string | null)[], measures: Measures): UsageGroup {
  const names: { [G in Grouping]?: string | null } = {};
  for (const [index, name] of by.entries()) names[name] = values[index] ?? null;
  return { ...names, ...measures };
}

function compare(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  const left = a.join("\0");
  const right = b.join("\0");
  return left < right ? -1 : left > right ? 1 : 0;
}
