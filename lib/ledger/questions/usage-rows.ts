import { LogSketch } from "../../aggregator/log-sketch.ts";
import { among, type LedgerSql, type SqlValue } from "../sql/ledger-sql.ts";
import { compareTexts } from "../sql/text-order.ts";
import { textsOf } from "../sums/names.ts";

/** What a rollup may be grouped and filtered by. */
export type LedgerDimension =
  | "model"
  | "model_group"
  | "provider"
  | "key"
  | "user"
  | "team"
  | "end_user"
  | "tag"
  | "status";

/** A rollup by the name of its table. */
export type Rollup = "quarter_total" | "quarter" | "route_day" | "payer_day" | "customer_day" | "tag_day";

/** Numbers by the friendly names of the metrics; what a rollup does not hold is 0. */
export type LedgerSums = {
  readonly requests: number;
  readonly failed_requests: number;
  readonly tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost: number;
  readonly cache_hits: number;
  readonly cache_misses: number;
  readonly cached_tokens: number;
};

/** How long successes took, in milliseconds: whole, and until the first token of those that were streamed. */
export type Durations = { readonly latency: LogSketch; readonly firstToken: LogSketch };

/** A group of rows: its names in the order asked for, when its slot begins, and its sums. */
export type LedgerRow = LedgerSums & {
  readonly names: readonly (string | null)[];
  /** Days since 1970 of day rollups, quarter hours since 1970 of the others; 0 where slots were not asked for. */
  readonly slot: number;
};

/** Which rows of a rollup are summed, and by what. */
export type LedgerQuery = {
  readonly rollup: Rollup;
  readonly by: readonly LedgerDimension[];
  readonly filters: readonly { readonly dimension: LedgerDimension; readonly values: readonly string[] }[];
  /** Slots, `to` exclusive: days of day rollups, quarter hours of the others. */
  readonly from: number;
  readonly to: number;
  /** Whether day rollups are asked by the local days of their sheets instead of UTC days. */
  readonly isLocal: boolean;
  readonly bySlot: boolean;
};

const QUARTERS = 96;
const STATUS_NAMES = ["success", "failure"];

const COLUMNS: Readonly<Record<LedgerDimension, string>> = {
  model: "route.model",
  model_group: "route.model_group",
  provider: "route.provider",
  key: "payer.api_key",
  user: "payer.user_id",
  team: "payer.team_id",
  end_user: "c.customer",
  tag: "c.tag",
  status: "",
};
const ROUTE: readonly LedgerDimension[] = ["model", "model_group", "provider"];
const PAYER: readonly LedgerDimension[] = ["key", "user", "team"];

const USE = `SUM(c.requests) AS requests, SUM(c.failures) AS failed_requests, SUM(c.total_tokens) AS tokens,
  SUM(c.prompt_tokens) AS input_tokens, SUM(c.completion_tokens) AS output_tokens, SUM(c.spend) AS cost`;
const NO_CACHE = "0 AS cache_hits, 0 AS cache_misses, 0 AS cached_tokens";
const FULL = `${USE}, SUM(c.hits) AS cache_hits, SUM(c.misses) AS cache_misses, SUM(c.hit_tokens) AS cached_tokens`;
const TRAFFIC = `SUM(c.requests) AS requests, SUM(CASE c.status WHEN 1 THEN c.requests ELSE 0 END) AS failed_requests,
  SUM(c.total_tokens) AS tokens, SUM(c.prompt_tokens) AS input_tokens, SUM(c.completion_tokens) AS output_tokens,
  SUM(c.spend) AS cost, SUM(CASE c.cache WHEN 1 THEN c.requests ELSE 0 END) AS cache_hits,
  SUM(CASE c.cache WHEN 2 THEN c.requests ELSE 0 END) AS cache_misses,
  SUM(CASE c.cache WHEN 1 THEN c.total_tokens ELSE 0 END) AS cached_tokens`;

/** A day's route has no row for each status, but what successes are of it. */
const splitOf = (all: string, successes: string) =>
  `SUM(CASE s.status WHEN 0 THEN ${successes} ELSE ${all} - ${successes} END)`;
const BY_STATUS = `${splitOf("c.requests", "(c.requests - c.failures)")} AS requests,
  SUM(CASE s.status WHEN 1 THEN c.failures ELSE 0 END) AS failed_requests,
  ${splitOf("c.total_tokens", "c.success_total_tokens")} AS tokens,
  ${splitOf("c.prompt_tokens", "c.success_prompt_tokens")} AS input_tokens,
  ${splitOf("c.completion_tokens", "c.success_completion_tokens")} AS output_tokens,
  ${splitOf("c.spend", "c.success_spend")} AS cost, ${NO_CACHE}`;

type Sketches = { readonly latency: Uint8Array; readonly firstToken: Uint8Array | null; readonly slot: number };

/**
 * The groups of the rows of a rollup that knows no people. A filter's value is a name; that of nothing cannot be asked
 * for.
 */
export async function ledgerRows(sql: LedgerSql, query: LedgerQuery): Promise<LedgerRow[]> {
  const { by } = query;
  const { from, where, slot, parameters } = partsOf(sql, query);
  const names = by.map((dimension, index) => `${columnOf(query, dimension)} AS n${index}`);
  const groups = [...(query.bySlot ? ["slot"] : []), ...by.map((_, index) => `n${index}`)];
  const rows = await sql.rows<LedgerSums & Record<string, number>>(
    `SELECT ${[`${query.bySlot ? slot : "0"} AS slot`, ...names, measuresOf(query)].join(", ")} FROM ${from} WHERE ${where}
      ${groups.length > 0 ? `GROUP BY ${groups.join(", ")} ORDER BY ${groups.join(", ")}` : "HAVING COUNT(*) > 0"}`,
    parameters,
  );
  const named = by.flatMap((dimension, index) => (dimension === "status" ? [] : [`n${index}`]));
  const texts = await textsOf(
    sql,
    rows.flatMap((row) => named.map((name) => row[name] ?? 0)),
  );
  return rows.map((row) => ({
    ...row,
    slot: row["slot"] ?? 0,
    names: by.map((dimension, index) => {
      const number = row[`n${index}`] ?? 0;
      return dimension === "status" ? (STATUS_NAMES[number] ?? null) : (texts.get(number) ?? null);
    }),
  }));
}

/** The durations of the groups of `route_day`, by slot and names (see `durationsKey`). */
export async function ledgerDurations(
  sql: LedgerSql,
  query: Omit<LedgerQuery, "rollup">,
): Promise<Map<string, Durations>> {
  const { by } = query;
  const { from, where, slot, parameters } = partsOf(sql, { ...query, rollup: "route_day" });
  const names = by.map((dimension, index) => `, ${COLUMNS[dimension]} AS n${index}`);
  const groups = new Map<string, { readonly slot: number; readonly ids: number[]; readonly durations: Durations }>();
  await sql.each<Sketches & Record<string, unknown>>(
    `SELECT c.latency, c.first_token AS "firstToken", ${query.bySlot ? slot : "0"} AS slot ${names.join("")}
      FROM ${from} WHERE ${where} AND c.latency IS NOT NULL`,
    parameters,
    (row) => {
      const ids = by.map((_, index) => Number(row[`n${index}`]));
      const key = `${row.slot} ${ids}`;
      let group = groups.get(key);
      if (!group) {
        group = { slot: row.slot, ids, durations: { latency: new LogSketch(), firstToken: new LogSketch() } };
        groups.set(key, group);
      }
      group.durations.latency.mergeBytes(row.latency);
      if (row.firstToken) group.durations.firstToken.mergeBytes(row.firstToken);
    },
  );
  const texts = await textsOf(
    sql,
    [...groups.values()].flatMap(({ ids }) => ids),
  );
  const keyOf = ({ slot, ids }: { readonly slot: number; readonly ids: readonly number[] }) =>
    durationsKey(
      slot,
      ids.map((id) => texts.get(id) ?? null),
    );
  return new Map([...groups.values()].map((group) => [keyOf(group), group.durations]));
}

/** The key of a group's durations. */
export function durationsKey(slot: number, names: readonly (string | null)[]): string {
  return JSON.stringify([slot, ...names]);
}

/** Every name of a dimension that a route or a payer ever had. */
export async function ledgerNames(sql: LedgerSql, dimension: LedgerDimension): Promise<string[]> {
  const isRoute = ROUTE.includes(dimension);
  if (!isRoute && !PAYER.includes(dimension)) return [];
  const table = isRoute ? "route" : "payer";
  const rows = await sql.rows<{ text: string }>(
    `SELECT DISTINCT text.text FROM ${table} JOIN text ON text.id = ${COLUMNS[dimension]} WHERE text.text IS NOT NULL`,
  );
  return rows.map(({ text }) => text).toSorted(compareTexts);
}

/** The time zones of the sheets that have records of some UTC days (`to` exclusive). */
export async function zonesOf(sql: LedgerSql, from: number, to: number): Promise<string[]> {
  const rows = await sql.rows<{ zone: string }>(
    "SELECT DISTINCT zone FROM sheet WHERE is_live = 1 AND day >= ?1 AND day < ?2",
    [from, to],
  );
  return rows.map(({ zone }) => zone);
}

/** When the first quarter hour with a record begins, UTC milliseconds; undefined where there is no record. */
export async function oldestRecordAt(sql: LedgerSql): Promise<number | undefined> {
  const [row] = await sql.rows<{ day: number; quarter: number }>(
    `SELECT sheet.day, (SELECT MIN(quarter) FROM quarter_total AS c WHERE c.sheet = sheet.id) AS quarter
      FROM sheet WHERE is_live = 1 AND records > 0 ORDER BY day LIMIT 1`,
  );
  return row ? (row.day * QUARTERS + row.quarter) * 900_000 : undefined;
}

function isByQuarter({ rollup }: LedgerQuery): boolean {
  return rollup === "quarter" || rollup === "quarter_total";
}

function needsStatus({ by }: LedgerQuery): boolean {
  return by.includes("status");
}

function columnOf(query: LedgerQuery, dimension: LedgerDimension): string {
  if (dimension !== "status") return COLUMNS[dimension];
  return query.rollup === "quarter" ? "c.status" : "s.status";
}

function measuresOf(query: LedgerQuery): string {
  switch (query.rollup) {
    case "quarter_total":
      return FULL;
    case "quarter":
      return TRAFFIC;
    case "route_day":
      return needsStatus(query) ? BY_STATUS : FULL;
    case "payer_day":
    case "customer_day":
    case "tag_day":
      return `${USE}, ${NO_CACHE}`;
    default:
      return query.rollup satisfies never;
  }
}

function partsOf({ dialect }: LedgerSql, query: LedgerQuery) {
  const { rollup, by, filters, from, to, isLocal } = query;
  const asked = [...by, ...filters.map(({ dimension }) => dimension)];
  const byQuarter = isByQuarter(query);
  const slot = byQuarter ? `sheet.day * ${QUARTERS} + c.quarter` : isLocal ? "sheet.day + c.shift" : "sheet.day";
  const joins = [
    `sheet CROSS JOIN ${rollup} AS c`,
    ...(asked.some((name) => ROUTE.includes(name)) ? ["JOIN route ON route.id = c.route"] : []),
    ...(needsStatus(query) && rollup === "route_day"
      ? ["CROSS JOIN (SELECT 0 AS status UNION ALL SELECT 1) AS s"]
      : []),
  ];
  const days = byQuarter ? [Math.floor(from / QUARTERS), Math.floor((to - 1) / QUARTERS)] : [from - 1, to];
  const conditions = filters.map(
    ({ dimension }, index) =>
      `${columnOf(query, dimension)} IN (SELECT id FROM text WHERE ${among(dialect, "text.text", index + 5)})`,
  );
  const parameters: SqlValue[] = [...days, from, to, ...filters.map(({ values }) => values)];
  const inWindow = ["sheet.day BETWEEN ?1 AND ?2", `${slot} >= ?3`, `${slot} < ?4`];
  return {
    from: joins.join(" "),
    where: ["c.sheet = sheet.id", "sheet.is_live = 1", ...inWindow, ...conditions].join(" AND "),
    slot,
    parameters,
  };
}
