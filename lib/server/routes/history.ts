import { Hono } from "hono";
import { excerpt } from "../../query/excerpt.ts";
import { historyLimits, readHistory } from "../../query/history.ts";
import type { Answers } from "../answers/answers.ts";
import { sendError } from "../answers/json.ts";
import type { ApiDeps } from "../api.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

/** What this file serves. */
export const HISTORY_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/api/v1/history",
    parameters: ["limit"],
    access: "key",
    help: "The newest scrapes, newest last",
  },
];

/** `/api/v1/history?limit=`: the newest scrapes, newest last. */
export function historyRoutes(deps: ApiDeps, answers: Answers): Hono {
  const { byDefault, highest } = historyLimits(deps.historySize);
  return new Hono().get("/api/v1/history", (context) => {
    const text = context.req.query("limit");
    if (text !== undefined && text !== "" && !/^\d+$/.test(text)) {
      return sendError(context, 400, {
        error: `limit is "${excerpt(text)}", expected a whole number from 0 to ${highest}`,
      });
    }
    const limit = Math.min(text ? Number(text) : byDefault, highest);
    return answers.send(context, `history ${limit}`, () => {
      const { db, isInMemory } = deps.live();
      const { url, zone, historySize } = deps;
      return readHistory(db, { url, limit, zone, memory: isInMemory ? historySize : undefined });
    });
  });
}
