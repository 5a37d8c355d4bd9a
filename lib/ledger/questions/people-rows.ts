import type { LedgerState } from "../reader.ts";
import { among, type LedgerSql } from "../sql/ledger-sql.ts";
import { groupedCells } from "../sums/grouped.ts";
import { textsOf } from "../sums/names.ts";
import type { Dimension, Selection } from "../sums/sheet-groups.ts";
import { useAt } from "../sums/use.ts";
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

const MEASURED = ["requests", "failures", "promptTokens", "completionTokens", "totalTokens", "spend"] as const;

/** The groups of the rollups that know people, in the order of slots and names' numbers; as `ledgerRows` of the others. */
export async function peopleRows(state: LedgerState, query: LedgerQuery): Promise<LedgerRow[]> {
  const { from, to, isLocal, bySlot } = query;
  const by = query.by.flatMap((dimension) => COLUMNS.get(dimension) ?? []);
  const of = await selectionOf(state.sql, query);
  const question = { days: { from, to }, by, measures: MEASURED, byDay: bySlot, isLocal, of };
  const { width, cells } = await groupedCells(state, question);
  const rows = Array.from({ length: cells.length / width }, (_, row) => {
    const at = row * width;
    const names = at + 1 + by.length;
    return { slot: cells[at] ?? 0, ids: cells.subarray(at + 1, names), use: useAt(cells, names, MEASURED) };
  });
  const texts = await textsOf(state.sql, new Set(rows.flatMap(({ ids }) => [...ids])));
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
    ...{ cache_hits: 0, cache_misses: 0, cached_tokens: 0 },
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
