import { Hono } from "hono";
import { sendError } from "../answers/json.ts";
import type { Events } from "../events.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

/** What this file serves. */
export const EVENT_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/api/v1/events",
    access: "key",
    help: "Server-sent events: one whenever answers may have changed",
  },
];

const RETRY_AFTER_SECONDS = "60";
const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  // Tells nginx not to hold events back.
  "X-Accel-Buffering": "no",
};

/** `/api/v1/events`: an event named `answer` at once, and whenever answers may have changed. */
export function eventRoutes(events: Events): Hono {
  return new Hono().get("/api/v1/events", (context) => {
    if (context.req.raw.method === "HEAD") return context.body(null, 200, HEADERS);
    const stream = events.open();
    if (stream) return new Response(stream, { headers: HEADERS });
    context.header("Retry-After", RETRY_AFTER_SECONDS);
    return sendError(context, 503, {
      error: "Too many clients listen for events, or the server is about to stop",
      hint: "Ask /api/v1/usage every now and then instead",
    });
  });
}
