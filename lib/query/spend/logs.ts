import type { LiteLLMDatabase } from "../../ledger/litellm/database.ts";
import { type LogFilter, type LogOrder, readLogs } from "../../ledger/litellm/spend-logs.ts";
import type { LedgerReader, LedgerState } from "../../ledger/reader.ts";
import type { DayRange } from "../../ledger/sums/days.ts";
import { answerLogDays, answerLogRows } from "./log-days.ts";
import { type Caller, noDatabase, noTable, ownUser, type Reply, rowsReply, valueReply } from "./reply.ts";
import { DAY_MS, dayOf } from "./utc-day.ts";

const NEWEST_FIRST: LogOrder = { by: "startTime", isAscending: false };

/** A question of `/spend/logs`; of the three names the first that is given counts. */
export type LogQuestion = {
  readonly days: DayRange | undefined;
  readonly apiKey: string | undefined;
  readonly requestId: string | undefined;
  readonly userId: string | undefined;
  readonly isSummarized: boolean;
};

/** `/spend/logs`: days with their sums, or with `summarize=false` or without dates the requests themselves, newest first. */
export async function answerLogs(
  { ledger, litellm }: { readonly ledger: LedgerReader; readonly litellm: LiteLLMDatabase | undefined },
  question: LogQuestion,
  caller: Caller,
): Promise<Reply> {
  const { days, apiKey, requestId, isSummarized } = question;
  const name = nameOf(question);
  const isSummary = days !== undefined && isSummarized;
  if (isSummary && (apiKey !== undefined || requestId === undefined)) {
    const { requestId: _, ...of } = name;
    const answer = (state: LedgerState) => answerLogDays(state, days, { ...of, ...ownUser(caller) });
    return valueReply(await ledger.snapshot(answer));
  }
  if (litellm === undefined) return noDatabase();
  const window = days === undefined ? {} : { from: days.from * DAY_MS, before: days.to * DAY_MS };
  const filter: LogFilter = { ...name, ...window, ...ownUser(caller) };
  const found = await readLogs(litellm, filter, NEWEST_FIRST);
  if (found === undefined) return noTable("LiteLLM_SpendLogs");
  if (caller.kind === "user" && requestId !== undefined && apiKey === undefined && found.rows.length === 0) {
    return { kind: "problem", status: 403, error: "None of your requests has this request_id" };
  }
  if (isSummary) return valueReply(answerLogRows(found.rows.map(readRow), days));
  return rowsReply(found.rows, found.isTruncated);
}

/** LiteLLM takes the key before the request, and the request before the user. */
function nameOf({ apiKey, requestId, userId }: LogQuestion) {
  if (apiKey !== undefined) return { apiKey };
  if (requestId !== undefined) return { requestId };
  return userId === undefined ? {} : { user: userId };
}

function readRow(text: string) {
  // PostgreSQL wrote it from the columns of the table.
  const row = JSON.parse(text) as {
    startTime: string;
    spend: number;
    api_key: string;
    user: string | null;
    model: string;
  };
  return {
    day: dayOf(Date.parse(row.startTime)),
    spend: row.spend,
    apiKey: row.api_key,
    user: row.user,
    model: row.model,
  };
}
