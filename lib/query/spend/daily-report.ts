import type { LedgerReader, LedgerState } from "../../ledger/reader.ts";
import type { LedgerSql } from "../../ledger/sql/ledger-sql.ts";
import { type DayRange, liveSheets } from "../../ledger/sums/days.ts";
import { GroupTable } from "../../ledger/sums/group-table.ts";
import { type GroupCells, groupedCells, type OwnerFilter, selectionOf } from "../../ledger/sums/grouped.ts";
import { textsOf } from "../../ledger/sums/names.ts";
import { cleanNumber } from "../clean-number.ts";
import { harmlessJson } from "../json-text.ts";
import { isoMidnight } from "./utc-day.ts";

/** A report of spend by day and name, and under each name by model and key. */
type DailyReport = {
  readonly by: "team_id" | "end_user";
  readonly of?: OwnerFilter;
  /** The key under which a day has its list. */
  readonly list: string;
  /** The name as it is shown; groups whose names are shown alike are one. */
  nameOf(name: string | null): string | null;
  /** The keys of an entry that say whose it is, from the name as JSON. */
  keysOf(name: string): string;
};

const MEASURES = ["spend", "totalTokens"] as const;
/** Where a row has the ids of name, model and key, and the measures. */
const NAME = 1;
const MODEL = 2;
const KEY = 3;
const SPEND = 4;
const TOKENS = 5;

/**
 * One entry a day, each as JSON. A day is read when it is asked for: however long the answer, one day is held. It is
 * written straight from the rows, as a large ledger has tens of thousands of them a day.
 */
export async function* dailyReport(ledger: LedgerReader, days: DayRange, report: DailyReport): AsyncGenerator<string> {
  const names = new ReportNames(report.nameOf);
  for (const { day } of await ledger.snapshot(({ sql }) => liveSheets(sql, days))) {
    const entries = await ledger.snapshot((state) => entriesOf(state, day, report, names));
    if (entries.length > 0) yield `{"group_by_day":"${isoMidnight(day)}","${report.list}":[${entries.join(",")}]}`;
  }
}

async function entriesOf(
  state: LedgerState,
  day: number,
  { by, of = {}, keysOf }: DailyReport,
  names: ReportNames,
): Promise<string[]> {
  const selection = await selectionOf(state, of);
  if (selection === undefined) return [];
  const groups = await groupedCells(state, {
    days: { from: day, to: day + 1 },
    by: [by, "model", "api_key"],
    measures: MEASURES,
    of: selection,
  });
  await names.learn(state.sql, groups);
  const { cells, width } = names.merged(groups);
  const parts = new Map<number, { spend: number; readonly metadata: string[] }>();
  for (let at = 0; at < cells.length; at += width) {
    const name = cells[at + NAME] ?? 0;
    const spend = cells[at + SPEND] ?? 0;
    let part = parts.get(name);
    if (part === undefined) {
      part = { spend: 0, metadata: [] };
      parts.set(name, part);
    }
    part.spend += spend;
    part.metadata.push(
      `{"model":${names.json(cells[at + MODEL])},"api_key":${names.json(cells[at + KEY])},"spend":${dollars(spend)},"total_tokens":${cells[at + TOKENS]}}`,
    );
  }
  return [...parts].map(
    ([name, { spend, metadata }]) =>
      `{${keysOf(names.shown(name))},"total_spend":${dollars(spend)},"metadata":[${metadata.join(",")}]}`,
  );
}

/** As JSON, which has no word for a sum beyond all numbers. */
function dollars(spend: number): string {
  return Number.isFinite(spend) ? String(cleanNumber(spend)) : "null";
}

/** The names behind the ids of a report; each is looked up once, however many days have it. */
class ReportNames {
  readonly #nameOf: DailyReport["nameOf"];
  /** Models and keys as JSON. */
  readonly #json = new Map<number, string>();
  /** Names as they are shown, as JSON, by the first id that is shown so. */
  readonly #shown = new Map<number, string>();
  /** That first id by each id of a name, and by the name. */
  readonly #firstOf = new Map<number, number>();
  readonly #firstByName = new Map<string | null, number>();

  constructor(nameOf: DailyReport["nameOf"]) {
    this.#nameOf = nameOf;
  }

  /** Looks up what is new in rows. */
  async learn(sql: LedgerSql, { cells, width }: GroupCells): Promise<void> {
    const newNames = new Set<number>();
    const others = new Set<number>();
    for (let at = 0; at < cells.length; at += width) {
      const [name = 0, model = 0, key = 0] = [cells[at + NAME], cells[at + MODEL], cells[at + KEY]];
      if (!this.#firstOf.has(name)) newNames.add(name);
      if (!this.#json.has(model)) others.add(model);
      if (!this.#json.has(key)) others.add(key);
    }
    const texts = await textsOf(sql, newNames.union(others));
    for (const id of others) this.#json.set(id, jsonOf(texts.get(id) ?? null));
    for (const id of newNames) {
      const name = this.#nameOf(texts.get(id) ?? null);
      const first = this.#firstByName.get(name) ?? id;
      this.#firstOf.set(id, first);
      if (first !== id) continue;
      this.#firstByName.set(name, id);
      this.#shown.set(id, jsonOf(name));
    }
  }

  /** The rows, with those added up whose names are shown alike. */
  merged(groups: GroupCells): GroupCells {
    if (this.#firstOf.size === this.#firstByName.size) return groups;
    const { cells, width } = groups;
    const ids = new Float64Array(SPEND - NAME);
    const most = Math.max(0, ...this.#json.keys(), ...this.#firstByName.values());
    const merged = new GroupTable({ names: ids.length, sums: MEASURES.length, most });
    for (let at = 0; at < cells.length; at += width) {
      ids.set(cells.subarray(at + NAME, at + SPEND));
      ids[0] = this.#firstOf.get(ids[0] ?? 0) ?? 0;
      merged.add(0, ids, 0, cells, at + SPEND);
    }
    return { width, cells: merged.cells() };
  }

  /** A model or key as JSON. */
  json(id: number | undefined): string {
    return this.#json.get(id ?? 0) ?? "null";
  }

  /** The name of merged rows as JSON. */
  shown(id: number): string {
    return this.#shown.get(id) ?? "null";
  }
}

function jsonOf(name: string | null): string {
  return harmlessJson(JSON.stringify(name));
}
