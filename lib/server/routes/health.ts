import { Hono } from "hono";
import { allHealthy, readFollowHealth } from "../../query/health/follow-health.ts";
import { readHealth } from "../../query/health/health.ts";
import { sendJson } from "../answers/json.ts";
import type { ApiDeps } from "../api.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

/** What this file serves. */
export const HEALTH_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/health",
    access: "everyone",
    help: "200 while fresh numbers come in, else 503 with the reason",
  },
  {
    method: "GET",
    path: "/health/live",
    access: "everyone",
    help: "200 while the process answers, whatever LiteLLM does",
  },
];

/** `/health` (fresh numbers come in) and `/health/live` (the process answers). Both are open to everyone. */
export function healthRoutes(deps: ApiDeps): Hono {
  return new Hono()
    .get("/health", (context) => {
      const now = deps.now();
      const following = deps.following();
      const health = allHealthy([
        ...(deps.isScraping ? [scrapeHealth(deps, now)] : []),
        ...(following ? [readFollowHealth(following, now)] : []),
      ]);
      return sendJson(context, health.status === "ok" ? 200 : 503, health);
    })
    .get("/health/live", (context) => sendJson(context, 200, { status: "ok" }));
}

function scrapeHealth({ live, url, intervalMs }: ApiDeps, now: number) {
  const { db, error, hasScraped } = live();
  return readHealth(db, { url, now, intervalMs, error, hasScraped });
}
