import type { Database } from "bun:sqlite";
import { LogSketch } from "../../aggregator/log-sketch.ts";

/** Days since 1970 of the ledger's zone, both included. */
export type DayRange = { readonly first: number; readonly last: number; readonly zone: string };

/** What was used of a model in a range of days. */
export type ModelUse = {
  readonly model: string;
  readonly requests: number;
  readonly failures: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly spend: number;
  readonly successPromptTokens: number;
  readonly successCompletionTokens: number;
  readonly hits: number;
  readonly misses: number;
  readonly hitTokens: number;
  readonly missTokens: number;
  /** Milliseconds, of successes. */
  readonly latency: LogSketch;
  readonly firstToken: LogSketch;
  /** Tokens of a request, of successes. */
  readonly tokens: LogSketch;
};

/** A sheet's local day: its shift counts only in the zone that it was folded in. */
const IN_RANGE = `sheet.is_live = 1 AND sheet.day BETWEEN ?1 - 1 AND ?2 + 1
  AND sheet.day + CASE WHEN sheet.zone = ?3 THEN c.shift ELSE 0 END BETWEEN ?1 AND ?2`;

type Sums = Omit<ModelUse, "model" | "latency" | "firstToken" | "tokens"> & { readonly model: string | null };
type Blobs = { readonly model: string | null; readonly bytes: Uint8Array | null }[];

/** What was used of each model, in the order of their names; the empty name stands for requests without one. */
export function modelUses(db: Database, range: DayRange): ModelUse[] {
  const { first, last, zone } = range;
  const sums = db
    .query<Sums, [number, number, string]>(
      `SELECT COALESCE(text.text, '') AS model, SUM(c.requests) AS requests, SUM(c.failures) AS failures,
          SUM(c.prompt_tokens) AS promptTokens, SUM(c.completion_tokens) AS completionTokens,
          SUM(c.total_tokens) AS totalTokens, SUM(c.spend) AS spend,
          SUM(c.success_prompt_tokens) AS successPromptTokens,
          SUM(c.success_completion_tokens) AS successCompletionTokens, SUM(c.hits) AS hits, SUM(c.misses) AS misses,
          SUM(c.hit_tokens) AS hitTokens, SUM(c.miss_tokens) AS missTokens
        FROM sheet JOIN route_day AS c ON c.sheet = sheet.id JOIN route ON route.id = c.route
          JOIN text ON text.id = route.model
        WHERE ${IN_RANGE} GROUP BY COALESCE(text.text, '') ORDER BY 1`,
    )
    .all(first, last, zone);
  const latency = sketches(db, "latency", range);
  const firstToken = sketches(db, "first_token", range);
  const tokens = sketches(db, "tokens", range);
  return sums.map((sum) => {
    const model = sum.model ?? "";
    const of = (by: ReadonlyMap<string, LogSketch>) => by.get(model) ?? new LogSketch();
    return { ...sum, model, latency: of(latency), firstToken: of(firstToken), tokens: of(tokens) };
  });
}

/** The sketches of a range merged by model. */
function sketches(
  db: Database,
  column: "latency" | "first_token" | "tokens",
  { first, last, zone }: DayRange,
): Map<string, LogSketch> {
  const rows: Blobs = db
    .query<Blobs[number], [number, number, string]>(
      `SELECT COALESCE(text.text, '') AS model, c.${column} AS bytes
        FROM sheet JOIN route_day AS c ON c.sheet = sheet.id JOIN route ON route.id = c.route
          JOIN text ON text.id = route.model
        WHERE ${IN_RANGE} AND c.${column} IS NOT NULL`,
    )
    .all(first, last, zone);
  const merged = new Map<string, LogSketch>();
  for (const { model, bytes } of rows) {
    const name = model ?? "";
    const sketch = merged.get(name) ?? new LogSketch();
    if (bytes) sketch.mergeBytes(bytes);
    merged.set(name, sketch);
  }
  return merged;
}
