import { type Context, Hono } from "hono";
import { readHealth } from "../../query/health.ts";
import { jsonText } from "../../query/json-text.ts";
import type { ApiDeps } from "../api.ts";

/** `/health` (fresh numbers come in) and `/health/live` (the process answers). Both are open to everyone. */
export function healthRoutes(deps: ApiDeps): Hono {
  return new Hono()
    .get("/health", (context) => {
      const { db, error, hasScraped } = deps.live();
      const { url, intervalMs } = deps;
      const health = readHealth(db, { url, now: deps.now(), intervalMs, error, hasScraped });
      return send(context, health.status === "ok" ? 200 : 503, health);
    })
    .get("/health/live", (context) => send(context, 200, { status: "ok" }));
}

function send(context: Context, status: 200 | 503, body: unknown): Response {
  return context.body(jsonText(body), status, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
  });
}
