import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { jsonText } from "../../query/json-text.ts";

/** The headers of every answer. Names in it are foreign texts, which no browser may take for markup. */
export const JSON_HEADERS = {
  "Content-Type": "application/json; charset=utf-8",
  "X-Content-Type-Options": "nosniff",
} as const;

/** The body of every answer that is not 2xx. */
export type ErrorBody = { readonly error: string; readonly hint?: string; readonly available?: readonly string[] };

/** Sends a value as JSON that nobody may keep. */
export function sendJson(context: Context, status: ContentfulStatusCode, value: unknown): Response {
  return context.body(jsonText(value), status, { ...JSON_HEADERS, "Cache-Control": "no-store" });
}

/** Sends an error as JSON. */
export function sendError(context: Context, status: ContentfulStatusCode, body: ErrorBody): Response {
  return sendJson(context, status, body);
}
