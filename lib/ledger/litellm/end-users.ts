import { rowsOf } from "../postgres/client.ts";
import type { LiteLLMDatabase } from "./database.ts";

const TIMEOUT_MS = 10_000;

/** What an end user's requests used. */
export type EndUserUse = { readonly endUser: string | null; readonly requests: number; readonly spend: number };

/** Sums part of a day by end user, by the index on the time; `before` is not included. */
export async function readEndUsers(
  database: LiteLLMDatabase,
  { from, before, apiKey }: { readonly from: number; readonly before: number; readonly apiKey: string | undefined },
): Promise<readonly EndUserUse[] | undefined> {
  const moment = (at: number) => new Date(at).toISOString().replace("Z", "");
  const rows = await database.read("LiteLLM_SpendLogs", TIMEOUT_MS, (sql) =>
    rowsOf(
      sql,
      `SELECT end_user, count(*)::float8 AS requests, sum(spend)::float8 AS spend FROM "LiteLLM_SpendLogs"
       WHERE "startTime" >= $1::timestamp AND "startTime" < $2::timestamp ${apiKey === undefined ? "" : "AND api_key = $3"}
       GROUP BY end_user`,
      [moment(from), moment(before), ...(apiKey === undefined ? [] : [apiKey])],
    ),
  );
  return rows?.map((row) => ({
    endUser: typeof row["end_user"] === "string" ? row["end_user"] : null,
    requests: Number(row["requests"]),
    spend: Number(row["spend"]),
  }));
}
