import { MOST_ROWS } from "../../ledger/litellm/spend-logs.ts";
import { harmlessJson } from "../json-text.ts";

/** What a question about spend comes to. */
export type Reply =
  | { readonly kind: "value"; readonly value: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** JSON in pieces, made one after the other. */
  | { readonly kind: "text"; readonly parts: Parts; readonly headers?: Readonly<Record<string, string>> }
  | Problem;

/** Pieces of a text that are there, or made one after the other. */
export type Parts = Iterable<string> | AsyncIterable<string>;

/** Why there is no answer, with its HTTP status. */
export type Problem = {
  readonly kind: "problem";
  readonly status: 400 | 403 | 404 | 501 | 503;
  readonly error: string;
  readonly hint?: string;
};

/** Who asks: an admin sees everything, an internal user the requests of their own user. */
export type Caller = { readonly kind: "admin" } | { readonly kind: "user"; readonly userId: string };

/** An answer that is a value. */
export function valueReply(value: unknown, headers?: Readonly<Record<string, string>>): Reply {
  return headers === undefined ? { kind: "value", value } : { kind: "value", value, headers };
}

/** The user whose requests alone a caller sees; undefined for an admin. */
export function ownUser(caller: Caller): { readonly user?: string } {
  return caller.kind === "admin" ? {} : { user: caller.userId };
}

/** A list of rows that are JSON already; says in a header where it is not all of them. */
export function rowsReply(rows: readonly string[], isTruncated: boolean): Reply {
  const parts = listParts(rows);
  return isTruncated ? { kind: "text", parts, headers: TRUNCATED } : { kind: "text", parts };
}

/** The name that LiteLLM gives this header since 1.100. */
const TRUNCATED = { "x-litellm-spend-logs-truncated": "true" } as const;

/** A JSON list of rows that PostgreSQL wrote as JSON. */
export function* listParts(rows: Iterable<string>): Generator<string> {
  let before = "[";
  for (const row of rows) {
    yield `${before}${harmlessJson(row)}`;
    before = ",";
  }
  yield before === "[" ? "[]" : "]";
}

/** A JSON list of texts that are JSON, made one after the other. */
export async function* streamedParts(rows: AsyncIterable<string>): AsyncGenerator<string> {
  let before = "[";
  for await (const row of rows) {
    yield `${before}${row}`;
    before = ",";
  }
  yield before === "[" ? "[]" : "]";
}

/** The answer where single rows are asked for and no database holds them. */
export function noDatabase(): Problem {
  return {
    kind: "problem",
    status: 501,
    error: "This answer is read from LiteLLM's database, and none is configured",
    hint: "Set LITELLM_PULSE_DATABASE_URL to LiteLLM's PostgreSQL database; a read-only role is enough",
  };
}

/** The answer where the database is there and lacks the table. */
export function noTable(table: string): Problem {
  return {
    kind: "problem",
    status: 501,
    error: `The database has no table "${table}" that may be read`,
    hint: "Set LITELLM_PULSE_DATABASE_URL to LiteLLM's own database, and grant SELECT on it",
  };
}

/** The answer to a page that lies deeper than rows are read. */
export function tooDeep(): Problem {
  return {
    kind: "problem",
    status: 400,
    error: `Pages end at ${MOST_ROWS} rows`,
    hint: "Ask for a shorter time, or filter by key, user, team or model",
  };
}
