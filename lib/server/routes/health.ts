import { Hono } from "hono";
import { readHealth } from "../../query/health.ts";
import type { ApiDeps } from "../api.ts";
import { sendJson } from "../json.ts";
import type { RouteEntry } from "../route-entry.ts";

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
      const { db, error, hasScraped } = deps.live();
      const { url, intervalMs } = deps;
      const health = readHealth(db, { url, now: deps.now(), intervalMs, error, hasScraped });
      return sendJson(context, health.status === "ok" ? 200 : 503, health);
    })
    .get("/health/live", (context) => sendJson(context, 200, { status: "ok" }));
}
