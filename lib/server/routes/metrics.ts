import { Hono } from "hono";
import { excerpt } from "../../query/excerpt.ts";
import { readModels } from "../../query/models.ts";
import { inOneView } from "../../query/one-view.ts";
import { readSummary, type Summary, summaryBody } from "../../query/summary.ts";
import type { Answers } from "../answers/answers.ts";
import { type Body, sendBody } from "../answers/body.ts";
import { sendError } from "../answers/json.ts";
import type { Keep } from "../answers/keep.ts";
import type { ApiDeps } from "../api.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

/** What this file serves. */
export const METRICS_ROUTES: readonly RouteEntry[] = [
  { method: "GET", path: "/", access: "key", help: "The same as /api/v1/metrics; to a browser the dashboard" },
  {
    method: "GET",
    path: "/api/v1/metrics",
    access: "key",
    help: "Every metric: LiteLLM's own value, today, this week, this month, and since the first scrape",
  },
  { method: "GET", path: "/api/v1/metrics/:name", access: "key", help: "One value of them, such as cost_daily" },
  { method: "GET", path: "/api/v1/models", access: "key", help: "The same by model" },
];

/** What these routes answer from. */
type MetricsAnswers = {
  readonly summary: () => Summary;
  readonly metrics: () => Body;
  readonly models: () => Body;
};

/** Makes what these routes answer from, each anew when its numbers may have changed. */
export function metricsAnswers(deps: ApiDeps, answers: Answers, keep: Keep): MetricsAnswers {
  const { zone, url, source, names } = deps;
  const summary = keep(() => {
    const { db, error } = deps.live();
    return inOneView(db, () => readSummary(db, { now: deps.now(), zone, url, source, error }));
  });
  const readAllModels = () => {
    const { db } = deps.live();
    return inOneView(db, () => readModels(db, { now: deps.now(), zone, url, names }));
  };
  return {
    summary,
    metrics: () => answers.body("metrics", () => summaryBody(summary())),
    models: () => answers.body("models", readAllModels),
  };
}

/** `/`, `/api/v1/metrics`, `/api/v1/metrics/{name}` and `/api/v1/models`: LiteLLM's counters and the calendar windows. */
export function metricsRoutes({ summary, metrics, models }: MetricsAnswers, answers: Answers): Hono {
  return new Hono()
    .get("/", (context) => sendBody(context.req.raw, metrics()))
    .get("/api/v1/metrics", (context) => sendBody(context.req.raw, metrics()))
    .get("/api/v1/metrics/:name", (context) => {
      const name = context.req.param("name");
      const { values, lastScrape } = summary();
      const value = values.get(name);
      if (value === undefined) {
        return sendError(context, 404, { error: `Unknown metric: ${excerpt(name)}`, available: [...values.keys()] });
      }
      return answers.send(context, `metric ${name}`, () => ({ name, value, last_scrape: lastScrape }));
    })
    .get("/api/v1/models", (context) => sendBody(context.req.raw, models()));
}
