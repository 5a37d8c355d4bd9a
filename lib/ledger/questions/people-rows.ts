import type { LedgerState } from "../reader.ts";
import { liveSheets } from "../spend/days.ts";
import { GroupTable } from "../spend/group-table.ts";
import { textsOf } from "../spend/names.ts";
import { createPause } from "../spend/pause.ts";
import { type Dimension, type Selection, sheetGroups } from "../spend/sheet-groups.ts";
import { useAt } from "../spend/use.ts";
import { among, type LedgerSql } from "../sql/ledger-sql.ts";
import type { LedgerDimension, LedgerQuery, LedgerRow } from "./usage-rows.ts";

/** The dimensions of people's rollups as their tables call them. */
const COLUMNS: ReadonlyMap<LedgerDimension, Dimension> = new Map([
  ["key", "api_key"],
  ["user", "user_id"],
  ["team", "team_id"],
  ["end_user", "end_user"],
  ["model", "model"],
  ["model_group", "model_group"],
  ["provider", "provider"],
]);

/** The groups of the rollups that know people, in the order of slots and names' numbers; as `ledgerRows` of the others. */
export async function peopleRows(state: LedgerState, query: LedgerQuery): Promise<LedgerRow[]> {
  const { from, to, isLocal, bySlot } = query;
  const by = query.by.flatMap((dimension) => COLUMNS.get(dimension) ?? []);
  const reading = await sheetGroups(state, by, await selectionOf(state.sql, query));
  const groups = new GroupTable(by.length, reading.mostIds);
  const addAll = (day: number | undefined, cells: Float64Array): void => {
    for (let at = 0; at < cells.length; at += groups.width) {
      // A day undefined stands for several, all of them asked for.
      const slot = day === undefined ? from : day + (isLocal ? (cells[at] ?? 0) : 0);
      if (slot < from || slot >= to) continue;
      groups.add(bySlot ? slot : 0, cells, at + 1, cells, at + 1 + by.length);
    }
  };
  const days = isLocal ? { from: from - 1, to: to + 1 } : { from, to };
  const sheets = await liveSheets(state.sql, days);
  const pause = createPause();
  if (!bySlot && !isLocal) await reading.each(sheets, days, (cells) => addAll(undefined, cells));
  else {
    for (const sheet of sheets) {
      addAll(sheet.day, await reading.read(sheet));
      await pause();
    }
  }
  return rowsOf(state.sql, groups, by.length);
}

async function rowsOf(sql: LedgerSql, groups: GroupTable, names: number): Promise<LedgerRow[]> {
  const cells = groups.cells();
  const rows = Array.from({ length: cells.length / groups.width }, (_, row) => {
    const at = row * groups.width;
    return { slot: cells[at] ?? 0, ids: cells.subarray(at + 1, at + 1 + names), use: useAt(cells, at + 1 + names) };
  });
  const texts = await textsOf(sql, new Set(rows.flatMap(({ ids }) => [...ids])));
  rows.sort((a, b) => a.slot - b.slot || compare(a.ids, b.ids));
  return rows.map(({ slot, ids, use }) => ({
    slot,
    names: Array.from(ids, (id) => texts.get(id) ?? null),
    requests: use.requests,
    failed_requests: use.failures,
    tokens: use.totalTokens,
    input_tokens: use.promptTokens,
    output_tokens: use.completionTokens,
    cost: use.spend,
    ...{ cache_hits: 0, cache_misses: 0, cached_tokens: 0, latencyCount: 0, latencyMs: 0 },
  }));
}

function compare(a: Float64Array, b: Float64Array): number {
  const index = a.findIndex((id, i) => id !== b[i]);
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

/** The payers, routes and customers that fit every filter. */
async function selectionOf(sql: LedgerSql, { filters }: LedgerQuery): Promise<Selection> {
  const conditions: Record<"payer" | "route", string[]> = { payer: [], route: [] };
  const parameters: Record<"payer" | "route", number[][]> = { payer: [], route: [] };
  let customer: number[] | undefined;
  for (const { dimension, values } of filters) {
    const found = await sql.rows<{ id: number }>(`SELECT id FROM text WHERE ${among(sql.dialect, "text", 1)}`, [
      values,
    ]);
    const ids = found.map(({ id }) => id);
    if (dimension === "end_user") {
      customer = customer?.filter((id) => ids.includes(id)) ?? ids;
      continue;
    }
    const table = ["key", "user", "team"].includes(dimension) ? "payer" : "route";
    conditions[table].push(among(sql.dialect, COLUMNS.get(dimension) ?? "", parameters[table].push(ids)));
  }
  const idsOf = async (table: "payer" | "route"): Promise<number[] | undefined> => {
    if (conditions[table].length === 0) return undefined;
    const statement = `SELECT id FROM ${table} WHERE ${conditions[table].join(" AND ")} ORDER BY id`;
    return (await sql.rows<{ id: number }>(statement, parameters[table])).map(({ id }) => id);
  };
  const payer = await idsOf("payer");
  const route = await idsOf("route");
  return { ...(payer ? { payer } : {}), ...(route ? { route } : {}), ...(customer ? { customer } : {}) };
}
