/** What a column holds: a whole number, money or a duration, a text, bytes. `?` where it may be NULL. */
export type ColumnKind = "whole" | "real" | "text" | "bytes" | "text?" | "bytes?";

/** One table as both dialects know it. */
export type Table = {
  readonly name: string;
  /** The columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** A lone key that the database numbers by itself; `once`: the number of a row that is gone is never given again. */
  readonly isNumbered?: true | "once";
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** Columns that only one row may have in common. */
  readonly unique?: readonly string[];
};

/** What every rollup sums. `requests` holds the failures too. */
export const USE_MEASURES = [
  "requests",
  "failures",
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "spend",
] as const;

/** What the rollups of the usage page sum beside that: tokens and spend of successes, cache results, durations of
 * successes, and what cost nothing although it used tokens and was no cache hit. */
export const FULL_MEASURES = [
  ...USE_MEASURES,
  "success_prompt_tokens",
  "success_completion_tokens",
  "success_total_tokens",
  "hits",
  "misses",
  "hit_tokens",
  "miss_tokens",
  "latency_count",
  "latency_ms",
  "first_token_count",
  "first_token_ms",
  "success_spend",
  "unpriced_requests",
  "unpriced_prompt_tokens",
  "unpriced_completion_tokens",
] as const;

/** What quarters and minutes sum: their status is part of the key. */
export const TRAFFIC_MEASURES = ["requests", "prompt_tokens", "completion_tokens", "total_tokens", "spend"] as const;

const REALS: ReadonlySet<string> = new Set(["spend", "latency_ms", "first_token_ms", "success_spend"]);

function whole<const Names extends readonly string[]>(...names: Names): Record<string, ColumnKind> {
  return Object.fromEntries(names.map((name) => [name, "whole" as const]));
}

function sums(names: readonly string[]): Record<string, ColumnKind> {
  return Object.fromEntries(names.map((name) => [name, REALS.has(name) ? ("real" as const) : ("whole" as const)]));
}

/** A rollup: a key of whole numbers, sums, and what is merged by the program instead of by adding. */
function rollup(
  name: string,
  key: readonly string[],
  measures: readonly string[],
  merged: Readonly<Record<string, ColumnKind>> = {},
): Table {
  return { name, key, columns: { ...whole(...key), ...sums(measures), ...merged } };
}

/**
 * The tables of the ledger. Days are counted from 1 January 1970 UTC, names are numbers of `text` (0 is NULL).
 *
 * A *sheet* holds what was counted of one UTC day. A day has one live sheet; a day that is folded anew is written to a
 * sheet beside it, which then takes its place in one small transaction. `zone` names the zone whose days `shift` means:
 * the local day of a record is `day + shift` (-1, 0 or 1; always 0 in UTC). `is_live`: 1, or 0 while it is written, or
 * -1 from the moment that it is to be removed. `is_closed`: the identities are gone, no record may be added. `records`
 * counts them, `came_at` is when the newest came.
 */
export const TABLES: readonly Table[] = [
  { name: "meta", key: ["name"], columns: { name: "text", value: "text" } },
  // What a source has given; `progress` is its own to read.
  {
    name: "source",
    key: ["name"],
    columns: { name: "text", progress: "text", ...whole("counted", "duplicates", "too_old", "updated_at") },
  },
  { name: "text", key: ["id"], isNumbered: true, columns: { id: "whole", text: "text?" }, unique: ["text"] },
  // Where a request went.
  {
    name: "route",
    key: ["id"],
    isNumbered: true,
    columns: whole("id", "model", "model_group", "provider"),
    unique: ["model", "model_group", "provider"],
  },
  // Who pays for it.
  {
    name: "payer",
    key: ["id"],
    isNumbered: true,
    columns: whole("id", "api_key", "user_id", "team_id"),
    unique: ["api_key", "user_id", "team_id"],
  },
  {
    name: "sheet",
    key: ["id"],
    isNumbered: "once",
    columns: { ...whole("id", "day", "is_live", "is_closed", "records", "came_at"), zone: "text" },
  },
  // `quarter` counts from 0 in the UTC day, `status` is 0 success or 1 failure, `cache` 0 silent, 1 hit, 2 miss.
  rollup("quarter", ["sheet", "quarter", "route", "status", "cache"], TRAFFIC_MEASURES),
  rollup("quarter_total", ["sheet", "quarter"], FULL_MEASURES),
  // Only the newest 50 hours.
  rollup("minute", ["sheet", "minute", "route", "status"], TRAFFIC_MEASURES),
  rollup("payer_day", ["sheet", "shift", "payer", "route"], USE_MEASURES),
  rollup("customer_day", ["sheet", "shift", "customer", "payer", "route"], USE_MEASURES),
  rollup("tag_day", ["sheet", "shift", "tag"], USE_MEASURES),
  // The sketches are of successes: latency and time to first token in milliseconds, tokens of a request.
  rollup("route_day", ["sheet", "shift", "route"], FULL_MEASURES, {
    latency: "bytes?",
    first_token: "bytes?",
    tokens: "bytes?",
  }),
  // Who was there: numbers of users as an exact set, sessions as a set that estimates when it is large.
  {
    name: "population",
    key: ["sheet", "shift"],
    columns: { ...whole("sheet", "shift"), users: "bytes", sessions: "bytes" },
  },
  // Identities of a sheet's records, 8 bytes each, sorted; a commit adds a run, and many small runs become one.
  {
    name: "identity_run",
    key: ["sheet", "run"],
    columns: { ...whole("sheet", "run"), hashes: "bytes" },
  },
];

/** The measures of a rollup by its table's name: the columns that are added up. */
export function measuresOf(table: Table): readonly string[] {
  return Object.keys(table.columns).filter(
    (name) => !table.key.includes(name) && !table.columns[name]?.startsWith("bytes"),
  );
}

/** The table of a name that `TABLES` has. */
export function tableOf(name: string): Table {
  const found = TABLES.find((table) => table.name === name);
  if (!found) throw new TypeError(`The ledger has no table ${name}`);
  return found;
}
