import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { jsonText } from "../query/json-text.ts";

/** The body of every answer that is not 2xx. */
export type ErrorBody = { readonly error: string; readonly hint?: string; readonly available?: readonly string[] };

/** Sends an error as JSON. */
export function sendError(context: Context, status: ContentfulStatusCode, body: ErrorBody): Response {
  return context.body(jsonText(body), status, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
  });
}
