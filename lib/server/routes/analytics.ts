import { type Context, Hono } from "hono";
import type { LedgerState } from "../../ledger/reader.ts";
import { answerAggregate } from "../../query/aggregate.ts";
import { answerAnalytics } from "../../query/analytics/answer.ts";
import { parseWindow } from "../../query/analytics/window.ts";
import { excerpt } from "../../query/excerpt.ts";
import { refuseRepeated, wordValue } from "../../query/question/question-words.ts";
import { maySeePeople, refusePeople } from "../access.ts";
import { sendError } from "../answers/json.ts";
import { createLedgerAnswers } from "../answers/ledger-answers.ts";
import type { ApiDeps } from "../api.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

const WINDOW = ["start", "end"];

/** What this file serves. */
export const ANALYTICS_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/usage",
    parameters: WINDOW,
    access: "people",
    help: "Totals, latency, tokens, caches, models, days and hours of the requests in the spend ledger",
  },
  { method: "GET", path: "/aggregate", access: "people", help: "The spend ledger's cost by provider and model" },
];

const MINUTE_MS = 60_000;

/** `/usage` and `/aggregate`: what the spend ledger says of everything, or of a window of days. */
export function analyticsRoutes(deps: ApiDeps): Hono {
  const { ledger, now, zone } = deps;
  const answers = createLedgerAnswers();
  const answer = async (
    context: Context,
    key: string,
    make: (state: LedgerState) => Promise<unknown>,
  ): Promise<Response> => {
    if (!maySeePeople(context, deps)) return refusePeople(context);
    const reading = await ledger.reading();
    if (reading.kind === "absent") {
      const { kind: _, status, ...body } = reading;
      return sendError(context, status, body);
    }
    // What is recent changes with the minute.
    const version = `${reading.version} ${Math.floor(now() / MINUTE_MS)}`;
    return answers.send(context, version, key, () => reading.ledger.snapshot(make));
  };
  return new Hono()
    .get("/usage", (context) => {
      const words = new Map(Object.entries(context.req.queries()));
      const unknown = [...words.keys()].find((word) => !WINDOW.includes(word));
      // All time instead of the window that somebody asked for by another name would be a wrong answer.
      if (unknown !== undefined) {
        return sendError(context, 400, { error: `Unknown parameter "${excerpt(unknown)}"`, available: WINDOW });
      }
      const repeated = refuseRepeated(words, WINDOW);
      if (repeated) return sendError(context, 400, { error: repeated.error });
      const read = parseWindow(wordValue(words, "start"), wordValue(words, "end"), now(), zone);
      if (read.kind === "bad") return sendError(context, 400, { error: read.error });
      const key = `usage ${JSON.stringify(read.window ?? null)}`;
      return answer(context, key, (state) => answerAnalytics(state, read.window, now(), zone));
    })
    .get("/aggregate", (context) => answer(context, "aggregate", answerAggregate));
}
