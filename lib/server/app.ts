import { Hono, type MiddlewareHandler } from "hono";
import { failureReason } from "../store/open/failure-reason.ts";
import { requireKey, requireOneHost } from "./access.ts";
import { createAnswers } from "./answers/answers.ts";
import { directAnswers } from "./answers/direct-answers.ts";
import { JSON_HEADERS, sendError } from "./answers/json.ts";
import { createKeep, versionOf } from "./answers/keep.ts";
import type { ApiDeps } from "./api.ts";
import { createEvents } from "./events.ts";
import { below, pathUnder } from "./http/base-path.ts";
import { LedgerTrouble } from "./ledger-access.ts";
import { analyticsRoutes } from "./routes/analytics.ts";
import { badgeRoutes } from "./routes/badges.ts";
import { coverageRoutes } from "./routes/coverage.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { historyRoutes } from "./routes/history.ts";
import { ingestRoutes } from "./routes/ingest.ts";
import { metricsAnswers, metricsRoutes } from "./routes/metrics.ts";
import { ownMetricsRoutes } from "./routes/own-metrics.ts";
import { pageRoutes } from "./routes/page.ts";
import { rawRoutes } from "./routes/raw.ts";
import { usageRoutes } from "./routes/usage.ts";
import { widgetRoutes } from "./routes/widgets.ts";

const SPEND_PATHS = ["/spend/*", "/global/*", "/provider/*", "/openapi.json", "/docs"];
const METHODS = "GET, HEAD, OPTIONS";

/** Builds the whole API. Open and protected routes are separate routers, so that their order cannot matter. */
export function createApp(deps: ApiDeps): Hono {
  const { basePath, every, stopSignal } = deps;
  const version = versionOf(deps);
  const keep = createKeep(version);
  const answers = createAnswers(keep);
  const metrics = metricsAnswers(deps, answers, keep);
  const events = createEvents({ version, every, signal: stopSignal });
  const open = new Hono().route("/", healthRoutes(deps)).route("/", pageRoutes(deps));
  const guarded = new Hono()
    .use(requireKey(deps))
    .route("/", metricsRoutes(metrics, answers))
    .route("/", historyRoutes(deps, answers))
    .route("/", usageRoutes(deps, answers, keep))
    .route("/", coverageRoutes(deps, answers, keep))
    .route("/", eventRoutes(events))
    .route("/", widgetRoutes(deps, answers, keep))
    .route("/", badgeRoutes(deps, keep))
    .route("/", analyticsRoutes(deps))
    .route("/", rawRoutes(deps, answers))
    .route("/", ownMetricsRoutes(deps, keep));
  const paths = [open, guarded].flatMap(({ routes }) => routes.filter(({ method }) => method === "GET"));
  const shown = new Set(paths.map(({ path }) => basePath + path.replace(/:(\w+)/g, "{$1}")));
  const app = new Hono({ getPath: pathUnder(basePath) })
    .use(requireOneHost())
    .use(readOnly(paths.map(({ path }) => path)))
    .route("/", open)
    .route("/", ingestRoutes(deps))
    // Before what asks for the configured key alone: this door takes LiteLLM's keys, too.
    .route("/", spendRoutes(deps))
    .route("/", guarded)
    .notFound((context) =>
      sendError(context, 404, { error: "There is nothing at this address", available: [...shown] }),
    )
    .onError((error, context) => {
      if (error instanceof LedgerTrouble) return sendError(context, 503, { error: error.message });
      deps.onBug(error);
      const reason = failureReason(error);
      if (reason !== undefined) return sendError(context, 503, { error: `Cannot read the database: ${reason}` });
      return sendError(context, 500, { error: "The answer could not be made; the log says why" });
    });
  const direct = directAnswers(
    deps,
    new Map([
      ["/api/v1/metrics", metrics.metrics],
      ["/api/v1/models", metrics.models],
    ]),
  );
  const { fetch } = app;
  app.fetch = (request, ...rest) => direct(request) ?? fetch(request, ...rest);
  return app;
}

/** Hands what stands below LiteLLM's own paths to its spend API, which has a door of its own. */
function spendRoutes({ spend, basePath }: ApiDeps): Hono {
  const app = new Hono();
  if (spend === undefined) return app;
  for (const path of SPEND_PATHS) {
    app.all(path, async (context) => (await spend()).fetch(below(basePath, context.req.raw), context.env));
  }
  return app;
}

/** Answers OPTIONS, and every method that changes something with 405, where there is a route. */
function readOnly(paths: readonly string[]): MiddlewareHandler {
  const patterns = paths.map((path) => new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}/?$`));
  return async (context, next) => {
    const { method, path } = context.req;
    const isAllowed = method === "GET" || method === "HEAD" || !patterns.some((pattern) => pattern.test(path));
    if (isAllowed) return next();
    context.header("Allow", METHODS);
    if (method === "OPTIONS") return context.body(null, 204, JSON_HEADERS);
    return sendError(context, 405, { error: `${method} is not allowed here, expected GET` });
  };
}
