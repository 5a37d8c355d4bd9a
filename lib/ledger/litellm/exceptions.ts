import { rowsOf } from "../postgres/client.ts";
import type { LiteLLMDatabase } from "./database.ts";

const TIMEOUT_MS = 10_000;
const RATE_LIMITED = "429";
const DAY_MS = 86_400_000;

/** Requests that the provider refused for their rate, on a UTC day (days since 1970), of one deployment. */
export type RateLimited = { readonly day: number; readonly apiBase: string; readonly count: number };

/**
 * Counts refusals with status 429 of a model group over whole UTC days: rows of `LiteLLM_ErrorLogs`, and where that table
 * is empty, as current releases leave it, failures among the requests. Undefined where the database has neither.
 */
export function readRateLimited(
  database: LiteLLMDatabase,
  question: { readonly from: number; readonly to: number; readonly modelGroup: string },
): Promise<readonly RateLimited[] | undefined> {
  return database.read("LiteLLM_SpendLogs", TIMEOUT_MS, async (sql, columns) => {
    const parameters = [isoDay(question.from), isoDay(question.to), question.modelGroup, RATE_LIMITED];
    const errors = columns("LiteLLM_ErrorLogs");
    const isUsed =
      errors.has("status_code") && (await rowsOf(sql, `SELECT 1 FROM "LiteLLM_ErrorLogs" LIMIT 1`)).length > 0;
    const log = columns("LiteLLM_SpendLogs");
    if (!isUsed && !["metadata", "status", "model_group"].every((column) => log.has(column))) return [];
    const [table, code] = isUsed
      ? ["LiteLLM_ErrorLogs", "status_code = $4"]
      : ["LiteLLM_SpendLogs", "status = 'failure' AND metadata->'error_information'->>'error_code' = $4"];
    const rows = await rowsOf(
      sql,
      `SELECT floor(extract(epoch FROM "startTime") / 86400)::float8 AS day, coalesce(api_base, '') AS base, count(*)::float8 AS count
       FROM "${table}" WHERE "startTime" >= $1::timestamp AND "startTime" < $2::timestamp AND model_group = $3 AND ${code}
       GROUP BY 1, 2 ORDER BY 1, 2`,
      parameters,
    );
    return rows.map((row) => ({
      day: Number(row["day"]),
      apiBase: String(row["base"]),
      count: Number(row["count"]),
    }));
  });
}

function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().replace("Z", "");
}
