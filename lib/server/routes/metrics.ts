import { Hono } from "hono";
import { readModels } from "../../query/models.ts";
import { readSummary, type Summary, summaryBody } from "../../query/summary.ts";
import type { Answers } from "../answers.ts";
import type { ApiDeps } from "../api.ts";
import { sendError } from "../errors.ts";

/** `/`, `/api/v1/metrics`, `/api/v1/metrics/{name}` and `/api/v1/models`: LiteLLM's counters and the calendar windows. */
export function metricsRoutes(deps: ApiDeps, answers: Answers): Hono {
  const summary = (): Summary => {
    const { db, error } = deps.live();
    const { zone, url, source } = deps;
    return readSummary(db, { now: deps.now(), zone, url, source, error });
  };
  return new Hono()
    .get("/", (context) => answers.send(context, "metrics", () => summaryBody(summary())))
    .get("/api/v1/metrics", (context) => answers.send(context, "metrics", () => summaryBody(summary())))
    .get("/api/v1/metrics/:name", (context) => {
      const name = context.req.param("name");
      const { values, lastScrape } = summary();
      const value = values.get(name);
      if (value === undefined) {
        return sendError(context, 404, {
          error: `Unknown metric: ${name.slice(0, 80)}`,
          available: [...values.keys()],
        });
      }
      return answers.send(context, `metric ${name}`, () => ({ name, value, last_scrape: lastScrape }));
    })
    .get("/api/v1/models", (context) =>
      answers.send(context, "models", () => {
        const { zone, url, names } = deps;
        return readModels(deps.live().db, { now: deps.now(), zone, url, names });
      }),
    );
}
