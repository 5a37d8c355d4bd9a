import { Hono } from "hono";
import { LedgerError } from "../../ledger/sql/ledger-error.ts";
import { failureReason } from "../../store/open/failure-reason.ts";
import { mayIngest, refuseIngest } from "../access.ts";
import { JSON_HEADERS, sendError, sendJson } from "../answers/json.ts";
import type { ApiDeps } from "../api.ts";
import { readLimited } from "../http/read-limited.ts";
import { ingestValues } from "../ingest-body.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

/** LiteLLM's callback sends a few hundred records at once, each of up to some hundred kilobytes with its messages. */
export const MOST_INGEST_BYTES = 64 * 1024 * 1024;

/** What this file serves. */
export const INGEST_ROUTES: readonly RouteEntry[] = [
  {
    method: "POST",
    path: "/ingest",
    access: "ingest",
    help: "Takes records from LiteLLM's generic_api callback into the ledger",
  },
];

/** `POST /ingest`: request records from LiteLLM's `generic_api` callback, each counted once. */
export function ingestRoutes(deps: ApiDeps): Hono {
  return new Hono()
    .post("/ingest", async (context) => {
      if (!mayIngest(context, deps)) return refuseIngest(context);
      const text = await readLimited(context.req.raw, MOST_INGEST_BYTES);
      if (text === undefined) {
        const error = `The body is larger than ${MOST_INGEST_BYTES / 1024 / 1024} MB, which is the most at once`;
        return sendError(context, 413, { error, hint: "Lower the batch_size of the callback" });
      }
      const values = await ingestValues(text);
      if (!values) {
        return sendError(context, 400, {
          error: "The body is not JSON, expected a list of records, one record, or a record a line",
        });
      }
      const intake = await deps.ledger.intake();
      if (intake.kind === "absent") {
        const { kind: _, status, ...body } = intake;
        return sendError(context, status, body);
      }
      try {
        return sendJson(context, 200, await intake.take(values));
      } catch (error) {
        const reason = error instanceof LedgerError ? error.message : failureReason(error);
        if (reason === undefined) throw error;
        return sendError(context, 503, {
          error: `Cannot write the spend ledger: ${reason}`,
          hint: "Send the same body again later: nothing is counted twice",
        });
      }
    })
    .all("/ingest", (context) => {
      context.header("Allow", "POST, OPTIONS");
      if (context.req.method === "OPTIONS") return context.body(null, 204, JSON_HEADERS);
      return sendError(context, 405, { error: `${context.req.method} is not allowed here, expected POST` });
    });
}
