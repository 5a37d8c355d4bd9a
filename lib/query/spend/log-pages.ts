import { administersTeam } from "../../ledger/litellm/aliases.ts";
import type { LiteLLMDatabase } from "../../ledger/litellm/database.ts";
import {
  type LogFilter,
  type LogOrder,
  MOST_ROWS,
  readLogPage,
  type SessionScope,
} from "../../ledger/litellm/spend-logs.ts";
import { type Caller, listParts, noTable, type Reply, tooDeep } from "./reply.ts";

/** A page of single requests, counted from 1. */
type PageQuestion = {
  readonly filter: LogFilter;
  readonly order: LogOrder;
  readonly page: number;
  readonly size: number;
  /** Whether each row says how many its session has. */
  readonly countsSessions: boolean;
};

/**
 * One page of `/spend/logs/ui`, `/v2` and `/session/ui`. An internal user gets the requests of a team that they
 * administer, else their own.
 */
export async function answerLogPage(database: LiteLLMDatabase, question: PageQuestion, caller: Caller): Promise<Reply> {
  const filter = await filterFor(database, question.filter, caller);
  if (filter === undefined) {
    const error = "You do not administer this team";
    return { kind: "problem", status: 403, error, hint: "Leave team_id out to see your own requests" };
  }
  const { page, size } = question;
  const found = await readLogPage(database, filter, { ...question, sessionsOf: scopeOf(question.filter, caller) });
  if (found === undefined) return noTable("LiteLLM_SpendLogs");
  if (found.total > MOST_ROWS && (page - 1) * size >= MOST_ROWS) return tooDeep();
  const foot = { total: found.total, page, page_size: size, total_pages: Math.ceil(found.total / size) };
  return { kind: "text", parts: withFoot(found.rows, JSON.stringify(foot)) };
}

async function filterFor(database: LiteLLMDatabase, filter: LogFilter, caller: Caller): Promise<LogFilter | undefined> {
  if (caller.kind === "admin") return filter;
  if (filter.team === undefined) return { ...filter, user: caller.userId };
  return (await administersTeam(database, caller.userId, filter.team)) ? filter : undefined;
}

/** An internal user's sessions hold what they may see: the requests of the team that they asked for, else their own. */
function scopeOf({ team }: LogFilter, caller: Caller): SessionScope | undefined {
  if (caller.kind === "admin") return undefined;
  return team === undefined ? { column: "user", value: caller.userId } : { column: "team_id", value: team };
}

function* withFoot(rows: readonly string[], foot: string): Generator<string> {
  yield '{"data":';
  yield* listParts(rows);
  yield `,${foot.slice(1)}`;
}
