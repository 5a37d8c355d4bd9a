import { type Context, Hono } from "hono";
import { answerAggregate } from "../../query/aggregate.ts";
import { answerAnalytics } from "../../query/analytics/answer.ts";
import { parseWindow } from "../../query/analytics/window.ts";
import { maySeePeople, refusePeople } from "../access.ts";
import { createAnswers } from "../answers.ts";
import type { ApiDeps } from "../api.ts";
import { sendError } from "../json.ts";
import { createKeep } from "../keep.ts";
import type { RouteEntry } from "../route-entry.ts";

/** What this file serves. */
export const ANALYTICS_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/usage",
    parameters: ["start", "end"],
    access: "people",
    help: "Totals, latency, tokens, caches, models, days and hours of the requests in the spend ledger",
  },
  { method: "GET", path: "/aggregate", access: "people", help: "The spend ledger's cost by provider and model" },
];

const MINUTE_MS = 60_000;

/** `/usage` and `/aggregate`: what the spend ledger says of everything, or of a window of days. */
export function analyticsRoutes(deps: ApiDeps): Hono {
  const { ledger, now, zone } = deps;
  const version = () => {
    const reading = ledger.reading();
    // What is recent changes with the minute.
    return reading.kind === "open" ? `${reading.version} ${Math.floor(now() / MINUTE_MS)}` : "absent";
  };
  const answers = createAnswers(createKeep(version));
  const answer = (context: Context, key: string, make: (db: OpenLedger["db"]) => unknown): Response => {
    if (!maySeePeople(context, deps)) return refusePeople(context);
    const reading = ledger.reading();
    if (reading.kind === "absent") {
      const { kind: _, status, ...body } = reading;
      return sendError(context, status, body);
    }
    return answers.send(context, key, () => make(reading.db));
  };
  return new Hono()
    .get("/usage", (context) => {
      const { start, end } = context.req.query();
      const read = parseWindow(start, end, now(), zone);
      if (read.kind === "bad") return sendError(context, 400, { error: read.error });
      const key = `usage ${JSON.stringify(read.window ?? null)}`;
      return answer(context, key, (db) => answerAnalytics(db, read.window, now(), zone));
    })
    .get("/aggregate", (context) => answer(context, "aggregate", answerAggregate));
}

type OpenLedger = Extract<ReturnType<ApiDeps["ledger"]["reading"]>, { kind: "open" }>;
