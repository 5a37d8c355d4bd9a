import { daysSince1970 } from "../../aggregator/day-number.ts";
import { BUCKET_MS } from "../../aggregator/spread.ts";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { peopleRows } from "../../ledger/questions/people-rows.ts";
import {
  type Durations,
  durationsKey,
  type LedgerDimension,
  type LedgerQuery,
  type LedgerRow,
  ledgerDurations,
  ledgerRows,
  zonesOf,
} from "../../ledger/questions/usage-rows.ts";
import type { LedgerState } from "../../ledger/reader.ts";
import type { LedgerSql } from "../../ledger/sql/ledger-sql.ts";
import type { UsageFilter } from "../../store/read/usage-rows.ts";
import type { DayRollup } from "./rollup.ts";

const DAY_MS = 86_400_000;

/** What is read of a window whose ends are quarter hours: by names, and by day or quarter hour if asked. */
export type Need = {
  readonly window: Window;
  readonly by: readonly LedgerDimension[];
  readonly time: "none" | "day" | "quarter";
};

/** Sums under some names; `at` is when their day or quarter hour begins, 0 where times were not asked for. */
export type TimedRow = LedgerRow & { readonly at: number };

/** How long successes took in a window of whole days, by the names and the day of a row. */
type ReadDurations = {
  readonly window: Window;
  of(names: TimedRow["names"], at: number): Durations | undefined;
};

/** Reads windows of one ledger for one question. */
export type WindowReader = {
  /** The smallest window around another that can be answered by some names. */
  answerable(window: Window, by: readonly LedgerDimension[]): Window;
  /** A window that ends with the newest records, or later, up to the end of their day, which day rollups answer at once. */
  toWholeDay(window: Window, newest: number): Window;
  rows(need: Need): Promise<TimedRow[]>;
  /** Durations are kept by day: of the whole days around a window, undefined where no rollup holds them. */
  durations(need: Need): Promise<ReadDurations | undefined>;
};

/** The days that day rollups know: of the zone where they were folded for it, else UTC's. */
type Grid = { readonly isLocal: boolean; dayAt(at: number): Window };

/** Makes the reader of a question; `reach` is all the time that it may ask about. */
export async function windowReader(
  ledger: LedgerState,
  asked: {
    readonly zone: Zone;
    readonly reach: Window;
    readonly filters: readonly UsageFilter[];
    readonly rollup: DayRollup;
  },
): Promise<WindowReader> {
  const { sql } = ledger;
  const { zone, filters, rollup } = asked;
  const grid = await gridOf(sql, zone, asked.reach);
  const isPlain = (by: readonly LedgerDimension[]) => by.length === 0 && filters.length === 0;
  const knowsHours = (by: readonly LedgerDimension[]) => rollup.knowsHours || isPlain(by);
  const read = async (part: Pick<LedgerQuery, "rollup" | "from" | "to">, { by, time }: Need): Promise<TimedRow[]> => {
    const query = { ...part, by, filters, isLocal: grid.isLocal, bySlot: time !== "none" };
    const isDays = part.rollup !== "quarter" && part.rollup !== "quarter_total";
    const startOf = isDays ? (slot: number) => startOfDay(slot, grid, zone) : (slot: number) => slot * BUCKET_MS;
    const isOfPeople = part.rollup === "payer_day" || part.rollup === "customer_day";
    const rows = isOfPeople ? await peopleRows(ledger, query) : await ledgerRows(sql, query);
    return rows
      .filter(({ requests }) => requests > 0)
      .map((row) => ({ ...row, at: time === "none" ? 0 : startOf(row.slot) }));
  };
  const quarters = async ({ from, to }: Window, need: Need): Promise<TimedRow[]> => {
    if (from >= to) return [];
    const table = isPlain(need.by) ? "quarter_total" : "quarter";
    return read({ rollup: table, from: Math.floor(from / BUCKET_MS), to: Math.ceil(to / BUCKET_MS) }, need);
  };
  return {
    answerable(window, by) {
      if (knowsHours(by) || window.to <= window.from) return window;
      return { from: grid.dayAt(window.from).from, to: grid.dayAt(window.to - 1).to };
    },
    toWholeDay({ from, to }, newest) {
      return { from, to: to >= newest ? Math.max(to, grid.dayAt(Math.max(from, newest - 1)).to) : to };
    },
    async rows(need) {
      const { window, by, time } = need;
      const isFine = time === "quarter" || (time === "day" && !isGridOf(grid, window, zone));
      if (knowsHours(by) && (isFine || (isPlain(by) && time !== "none"))) return quarters(window, need);
      const first = grid.dayAt(window.from);
      const daysFrom = first.from === window.from ? first.from : first.to;
      const daysTo = grid.dayAt(window.to).from;
      if (daysFrom >= daysTo) return knowsHours(by) ? quarters(window, need) : [];
      // A request may have several tags, and everything together is in the smallest rollup anyway.
      const days = { rollup: isPlain(by) ? ("route_day" as const) : rollup.rollup };
      const range = { from: dayNumber(daysFrom, grid, zone), to: dayNumber(daysTo, grid, zone) };
      return [
        ...(await quarters({ from: window.from, to: daysFrom }, need)),
        ...(await read({ ...days, ...range }, need)),
        ...(await quarters({ from: daysTo, to: window.to }, need)),
      ];
    },
    async durations({ window, by, time }) {
      const isByGridDay = time === "none" || (time === "day" && isGridOf(grid, window, zone));
      const isHeld = (rollup.rollup === "route_day" || isPlain(by)) && !by.includes("status");
      if (!isHeld || !isByGridDay || window.to <= window.from) return undefined;
      const days = { from: grid.dayAt(window.from).from, to: grid.dayAt(window.to - 1).to };
      const range = { from: dayNumber(days.from, grid, zone), to: dayNumber(days.to, grid, zone) };
      const query = { ...range, by, filters, isLocal: grid.isLocal, bySlot: time !== "none" };
      const found = await ledgerDurations(sql, query);
      const slotAt = (at: number) => (time === "none" ? 0 : dayNumber(at, grid, zone));
      return { window: days, of: (names, at) => found.get(durationsKey(slotAt(at), names)) };
    },
  };
}

async function gridOf(sql: LedgerSql, zone: Zone, { from, to }: Window): Promise<Grid> {
  const zones =
    zone.name === "UTC" ? [] : await zonesOf(sql, Math.floor(from / DAY_MS) - 1, Math.floor(to / DAY_MS) + 2);
  const isLocal = zone.name !== "UTC" && zones.every((name) => name === zone.name);
  return {
    isLocal,
    dayAt(at) {
      if (isLocal) {
        const { start, end } = zone.dayAt(at);
        return { from: start, to: end };
      }
      const start = Math.floor(at / DAY_MS) * DAY_MS;
      return { from: start, to: start + DAY_MS };
    },
  };
}

/** Whether the days of the grid are those of the zone. */
function isGridOf(grid: Grid, window: Window, zone: Zone): boolean {
  return [window.from, window.to].every((at) => grid.dayAt(at).from === zone.dayAt(at).start);
}

/** The number of a day of the grid (days since 1970). */
function dayNumber(at: number, { isLocal }: Grid, zone: Zone): number {
  if (!isLocal) return Math.floor(at / DAY_MS);
  return daysSince1970(zone.dayAt(at).day);
}

function startOfDay(number: number, { isLocal }: Grid, zone: Zone): number {
  if (!isLocal) return number * DAY_MS;
  const date = new Date(number * DAY_MS);
  return zone.dayOf(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()).start;
}
