import { LogSketch } from "../../aggregator/log-sketch.ts";
import type { LedgerState } from "../reader.ts";
import type { LedgerSql } from "../sql/ledger-sql.ts";
import { compareTexts } from "../sql/text-order.ts";
import { inBlocks, type LocalDays, type SheetDays } from "./blocks.ts";

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
  readonly latencyCount: number;
  readonly latencyMs: number;
  readonly firstTokenCount: number;
  readonly firstTokenMs: number;
  readonly successTotalTokens: number;
  /** Milliseconds, of successes. */
  readonly latency: LogSketch;
};

/** What was used in a range of days, by model and of all models. */
export type RangeUse = {
  /** In the order of their names; the empty name stands for requests without one. */
  readonly models: readonly ModelUse[];
  /** Milliseconds, of successes. */
  readonly firstToken: LogSketch;
  /** Tokens of a request, of successes. */
  readonly tokens: LogSketch;
};

/** A sheet's local day: its shift counts only in the zone that it was folded in. */
const IN_RANGE = `sheet.is_live = 1 AND sheet.day BETWEEN ?1 - 1 AND ?2 + 1 AND sheet.day BETWEEN ?4 AND ?5
  AND sheet.day + CASE WHEN sheet.zone = ?3 THEN c.shift ELSE 0 END BETWEEN ?1 AND ?2`;

type Sums = Omit<ModelUse, "latency">;
type Blobs = {
  readonly model: string;
  readonly latency: Uint8Array | null;
  readonly first_token: Uint8Array | null;
  readonly tokens: Uint8Array | null;
};

/** What was used in a range of days. */
export async function rangeUse(state: LedgerState, range: LocalDays): Promise<RangeUse> {
  const parts = await inBlocks(state, "use", range, (days) => useOf(state.sql, range, days));
  const models = new Map<string, ModelUse>();
  const firstToken = new LogSketch();
  const tokens = new LogSketch();
  for (const part of parts) {
    for (const use of part.models) models.set(use.model, added(models.get(use.model), use));
    firstToken.merge(part.firstToken);
    tokens.merge(part.tokens);
  }
  const inOrder = [...models.values()].sort((a, b) => compareTexts(a.model, b.model));
  return { models: inOrder, firstToken, tokens };
}

/** A new sum of both; neither is changed. */
function added(a: ModelUse | undefined, b: ModelUse): ModelUse {
  const latency = new LogSketch();
  if (a) latency.merge(a.latency);
  latency.merge(b.latency);
  return {
    model: b.model,
    requests: (a?.requests ?? 0) + b.requests,
    failures: (a?.failures ?? 0) + b.failures,
    promptTokens: (a?.promptTokens ?? 0) + b.promptTokens,
    completionTokens: (a?.completionTokens ?? 0) + b.completionTokens,
    totalTokens: (a?.totalTokens ?? 0) + b.totalTokens,
    spend: (a?.spend ?? 0) + b.spend,
    successPromptTokens: (a?.successPromptTokens ?? 0) + b.successPromptTokens,
    successCompletionTokens: (a?.successCompletionTokens ?? 0) + b.successCompletionTokens,
    hits: (a?.hits ?? 0) + b.hits,
    misses: (a?.misses ?? 0) + b.misses,
    hitTokens: (a?.hitTokens ?? 0) + b.hitTokens,
    missTokens: (a?.missTokens ?? 0) + b.missTokens,
    latencyCount: (a?.latencyCount ?? 0) + b.latencyCount,
    latencyMs: (a?.latencyMs ?? 0) + b.latencyMs,
    firstTokenCount: (a?.firstTokenCount ?? 0) + b.firstTokenCount,
    firstTokenMs: (a?.firstTokenMs ?? 0) + b.firstTokenMs,
    successTotalTokens: (a?.successTotalTokens ?? 0) + b.successTotalTokens,
    latency,
  };
}

async function useOf(sql: LedgerSql, { first, last, zone }: LocalDays, { from, to }: SheetDays): Promise<RangeUse> {
  const parameters = [first, last, zone, from, to];
  const sums = await sql.rows<Sums>(
    `SELECT COALESCE(text.text, '') AS model, SUM(c.requests) AS requests, SUM(c.failures) AS failures,
          SUM(c.prompt_tokens) AS "promptTokens", SUM(c.completion_tokens) AS "completionTokens",
          SUM(c.total_tokens) AS "totalTokens", SUM(c.spend) AS spend,
          SUM(c.success_prompt_tokens) AS "successPromptTokens",
          SUM(c.success_completion_tokens) AS "successCompletionTokens", SUM(c.hits) AS hits, SUM(c.misses) AS misses,
          SUM(c.hit_tokens) AS "hitTokens", SUM(c.miss_tokens) AS "missTokens", SUM(c.latency_count) AS "latencyCount",
          SUM(c.latency_ms) AS "latencyMs", SUM(c.first_token_count) AS "firstTokenCount",
          SUM(c.first_token_ms) AS "firstTokenMs", SUM(c.success_total_tokens) AS "successTotalTokens"
        FROM sheet JOIN route_day AS c ON c.sheet = sheet.id JOIN route ON route.id = c.route
          JOIN text ON text.id = route.model
        WHERE ${IN_RANGE} GROUP BY COALESCE(text.text, '')`,
    parameters,
  );
  const latencies = new Map<string, LogSketch>();
  const firstToken = new LogSketch();
  const tokens = new LogSketch();
  const addBlobs = (row: Blobs): void => {
    let latency = latencies.get(row.model);
    if (!latency) {
      latency = new LogSketch();
      latencies.set(row.model, latency);
    }
    if (row.latency) latency.mergeBytes(row.latency);
    if (row.first_token) firstToken.mergeBytes(row.first_token);
    if (row.tokens) tokens.mergeBytes(row.tokens);
  };
  await sql.each<Blobs>(
    `SELECT COALESCE(text.text, '') AS model, c.latency, c.first_token, c.tokens
      FROM sheet JOIN route_day AS c ON c.sheet = sheet.id JOIN route ON route.id = c.route
        JOIN text ON text.id = route.model
      WHERE ${IN_RANGE} AND c.tokens IS NOT NULL`,
    parameters,
    addBlobs,
  );
  const models = sums.map((sum) => ({ ...sum, latency: latencies.get(sum.model) ?? new LogSketch() }));
  return { models, firstToken, tokens };
}
