import type { Database } from "bun:sqlite";
import { dateOf } from "../../aggregator/day-number.ts";
import { isoIn } from "../../aggregator/iso.ts";
import type { Window } from "../../aggregator/window.ts";
import { dayText, type Zone } from "../../aggregator/zone.ts";
import { DIMENSIONS } from "../../litellm/dimensions.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import { zeroSums } from "../../store/read/totals.ts";
import { type Sums, sumUsage, type UsageRow, type UsageSource } from "../../store/read/usage-rows.ts";
import {
  type Grouping,
  LEDGER_GROUPINGS,
  type LedgerGrouping,
  type UsageQuestion,
} from "../question/usage-question.ts";
import { fineRows } from "./fine-rows.ts";
import { addSums, type Latency, type Measures, measuresOf } from "./measures.ts";

/**
 * The values of a group by what was asked for, with its measures; `folded` counts the groups in a rest line, `steps` are
 * one counter's amounts in the steps of the answer, null where the step is not known.
 */
export type UsageGroup = Measures &
  Latency & { readonly [G in Grouping]?: string | null } & {
    readonly folded?: number;
    readonly steps?: readonly (number | null)[];
  };

/** The value of the group that holds what `top` left out. */
const REST = "other";
const HOUR_MS = 3_600_000;

type Values = readonly (string | null)[];
/** `at` is the beginning of the group's day or hour, 0 where groups are not by time. */
export type Group = { readonly values: Values; readonly at: number; readonly sums: Sums };

/**
 * The groups of a window, the largest first; in the order of time where they are days or hours and no other is asked
 * for. `top` keeps the largest, and the rest is folded into one group that stands last.
 */
export function groupsOf(
  db: Database,
  question: UsageQuestion,
  window: Window,
  sources: readonly UsageSource[],
  known: ReadonlySet<CounterName>,
  zone: Zone,
): UsageGroup[] {
  return shownGroups(readGroups(db, question, window, sources, zone), question, (sums) => measuresOf(sums, known));
}

/** Groups in their order, with what `top` leaves out as one. `measure` shows the sums of the groups that it is given. */
export function shownGroups(
  groups: Group[],
  { by, sort, ...question }: Pick<UsageQuestion, "by" | "sort" | "top">,
  measure: (sums: Sums, groups: readonly Group[]) => Measures & Latency,
): UsageGroup[] {
  const largest = groups.sort(bySize(sort ?? "cost"));
  const top = question.top ?? largest.length;
  const kept = largest.slice(0, top);
  // Sorting is stable: groups of one day or hour stay as they are.
  if (sort === undefined) kept.sort((a, b) => a.at - b.at);
  const shown = kept.map((group) => named(by, group.values, measure(group.sums, [group])));
  const rest = largest.slice(top);
  if (rest.length === 0) return shown;
  const sums = rest.reduce((all, group) => addSums(all, group.sums), zeroSums());
  const others = by.map(() => REST);
  return [...shown, { ...named(by, others, measure(sums, rest)), folded: rest.length }];
}

function bySize(sort: CounterName): (a: Group, b: Group) => number {
  return (a, b) =>
    b.sums[sort] - a.sums[sort] ||
    b.sums.requests - a.sums.requests ||
    a.at - b.at ||
    compareValues(a.values, b.values);
}

function readGroups(
  db: Database,
  { by, filters }: UsageQuestion,
  window: Window,
  sources: readonly UsageSource[],
  zone: Zone,
): Group[] {
  const dimensions = DIMENSIONS.filter((dimension) => by.includes(dimension));
  const groups = new Map<string, Group>();
  const add = (row: UsageRow, { day, hour, at }: GroupTime): void => {
    const values = by.map((grouping) => {
      if (grouping === "day") return day;
      if (grouping === "hour") return hour;
      return isLedgerGrouping(grouping) ? null : (row[grouping] ?? null);
    });
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { values, at, sums: zeroSums() };
    addSums(group.sums, row);
    groups.set(key, group);
  };
  if (by.includes("hour")) {
    const { quarters, purgedDays } = fineRows(db, window, sources, dimensions, filters, zone);
    for (const row of purgedDays) add(row, dayOfNumber(row.slot, zone));
    for (const row of quarters) add(row, hourAt(row.slot, zone));
    return [...groups.values()];
  }
  const isByDay = by.includes("day");
  for (const source of sources) {
    for (const row of sumUsage(db, source, dimensions, filters, isByDay)) {
      if (!isByDay) add(row, NO_TIME);
      else add(row, source.kind === "day" ? dayOfNumber(row.slot, zone) : dayAt(row.slot, zone));
    }
  }
  return [...groups.values()];
}

/** The day and the hour of a group as its values show them. */
export type GroupTime = { readonly day: string | null; readonly hour: string | null; readonly at: number };

export const NO_TIME: GroupTime = { day: null, hour: null, at: 0 };

/** A whole day, of whose hours nothing is known. */
function dayOfNumber(day: number, zone: Zone): GroupTime {
  return { day: dayText(day), hour: null, at: zone.dayOf(...dateOf(day)).start };
}

/** The day of the zone that holds an instant. */
export function dayAt(slot: number, zone: Zone): GroupTime {
  const { day, start } = zone.dayAt(slot);
  return { day: dayText(day), hour: null, at: start };
}

/** The hour of the zone that holds an instant. */
export function hourAt(slot: number, zone: Zone): GroupTime {
  const wall = slot + zone.offsetMs(slot);
  const hour = isoIn(slot, zone).replace(/:\d\d:\d\d/, ":00:00");
  return { day: dayText(zone.dayAt(slot).day), hour, at: slot - (wall % HOUR_MS) };
}

function isLedgerGrouping(grouping: Grouping): grouping is LedgerGrouping {
  return LEDGER_GROUPINGS.some((known) => known === grouping);
}

function named(by: readonly Grouping[], values: Values, measures: Measures & Latency): UsageGroup {
  const names: { [G in Grouping]?: string | null } = {};
  for (const [index, name] of by.entries()) names[name] = values[index] ?? null;
  return { ...names, ...measures };
}

/** By the code units of what stands first; nothing before every text. */
function compareValues(a: Values, b: Values): number {
  const left = a.join("\0");
  const right = b.join("\0");
  return left < right ? -1 : left > right ? 1 : 0;
}
