import { Hono } from "hono";
import { namesPeople, parseQuestion, QUESTION_PARAMETERS } from "../../query/parse-question.ts";
import { answerUsage } from "../../query/usage.ts";
import { newestPageAt } from "../../store/state.ts";
import { maySeePeople, refusePeople } from "../access.ts";
import type { Answers } from "../answers.ts";
import type { ApiDeps } from "../api.ts";
import { sendError } from "../json.ts";
import type { Keep } from "../keep.ts";
import type { RouteEntry } from "../route-entry.ts";

/** What this file serves. */
export const USAGE_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/api/v1/usage",
    parameters: QUESTION_PARAMETERS,
    access: "key for people",
    help: "What was used in a stretch of time, by what: the answer of report --json",
  },
];

/** `/api/v1/usage`: what was used in a stretch of time, by what. The question's words are those of `report`. */
export function usageRoutes(deps: ApiDeps, answers: Answers, keep: Keep): Hono {
  const newestScrape = keep(() => newestPageAt(deps.live().db));
  return new Hono().get("/api/v1/usage", (context) => {
    const now = deps.now();
    const parsed = parseQuestion(new Map(Object.entries(context.req.queries())), deps.zone, now);
    if (parsed.kind === "bad") {
      const { kind: _, unknown: __, ...body } = parsed;
      return sendError(context, 400, body);
    }
    const { question, zone } = parsed;
    if (namesPeople(question) && !maySeePeople(context, deps)) return refusePeople(context);
    // The day is part of the key, as it may begin at another moment than in the configured zone.
    const key = `usage ${zone.name} ${zone.dayAt(now).day} ${JSON.stringify(question)}`;
    const response = answers.send(context, key, () => answerUsage(deps.live().db, question, now, zone, deps.budgets));
    const newestAt = newestScrape();
    if (newestAt !== undefined) response.headers.set("Last-Modified", new Date(newestAt).toUTCString());
    return response;
  });
}
