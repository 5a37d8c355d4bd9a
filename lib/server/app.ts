import { Hono } from "hono";
import { requireKey } from "./access.ts";
import { createAnswers } from "./answers.ts";
import type { ApiDeps } from "./api.ts";
import { sendError } from "./errors.ts";
import { healthRoutes } from "./routes/health.ts";
import { historyRoutes } from "./routes/history.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { rawRoutes } from "./routes/raw.ts";
import { usageRoutes } from "./routes/usage.ts";

/** Builds the whole API. Open and protected routes are separate routers, so that their order cannot matter. */
export function createApp(deps: ApiDeps): Hono {
  const answers = createAnswers(deps);
  const guarded = new Hono()
    .use(requireKey(deps))
    .route("/", metricsRoutes(deps, answers))
    .route("/", historyRoutes(deps, answers))
    .route("/", usageRoutes(deps, answers))
    .route("/", rawRoutes(deps, answers));
  const app = new Hono().route("/", healthRoutes(deps)).route("/", guarded);
  const paths = [...new Set(app.routes.filter(({ method }) => method === "GET").map(({ path }) => path))];
  return app
    .notFound((context) => {
      const isKnown = paths.includes(context.req.path);
      if (isKnown && context.req.method === "OPTIONS") return context.body(null, 204, { Allow: "GET, HEAD, OPTIONS" });
      if (isKnown) {
        context.header("Allow", "GET, HEAD, OPTIONS");
        return sendError(context, 405, { error: `${context.req.method} is not allowed here, expected GET` });
      }
      return sendError(context, 404, { error: "There is nothing at this address", available: paths });
    })
    .onError((error, context) => {
      deps.onBug(error);
      return sendError(context, 500, { error: "The answer could not be made; the log says why" });
    });
}
