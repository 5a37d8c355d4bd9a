import { Hono } from "hono";
import { type Health, readHealth } from "../../query/health/health.ts";
import { readSummary, type Summary } from "../../query/summary.ts";
import { homeAssistantBody } from "../../query/widgets/home-assistant.ts";
import { homepageBody } from "../../query/widgets/homepage.ts";
import { standingOf } from "../../query/widgets/standing.ts";
import type { Answers } from "../answers/answers.ts";
import type { Keep } from "../answers/keep.ts";
import type { ApiDeps } from "../api.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

/** What this file serves. */
export const WIDGET_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/api/v1/homepage",
    access: "key",
    help: "Everything a Homepage widget may show, flat, each number with a text beside it",
  },
  {
    method: "GET",
    path: "/api/v1/homeassistant",
    access: "key",
    help: "Day, week, month and lifetime for Home Assistant's sensors, each with its last_reset",
  },
];

/**
 * `/api/v1/homepage` and `/api/v1/homeassistant`. Both answer 200 whatever LiteLLM does, with the state of things in the
 * body: Homepage shows nothing else of an answer that is not 200, and Home Assistant does not look at the status.
 */
export function widgetRoutes(deps: ApiDeps, answers: Answers, keep: Keep): Hono {
  const summary = keep(() => {
    const { db, error } = deps.live();
    const { zone, url, source } = deps;
    return readSummary(db, { now: deps.now(), zone, url, source, error });
  });
  const standing = (health: Health, { lastScrape, context: { error } }: Summary) =>
    standingOf(health, { lastScrape, error, isInMemory: deps.live().isInMemory });
  return new Hono()
    .get("/api/v1/homepage", (context) => {
      const health = healthNow(deps);
      return answers.send(context, `homepage ${health.status}`, () =>
        homepageBody(deps.live().db, summary(), standing(health, summary()), deps.budgets),
      );
    })
    .get("/api/v1/homeassistant", (context) => {
      const health = healthNow(deps);
      return answers.send(context, `homeassistant ${health.status}`, () =>
        homeAssistantBody(summary(), standing(health, summary())),
      );
    });
}

/** Read for each answer, since numbers grow stale by themselves. */
function healthNow({ live, url, now, intervalMs }: ApiDeps): Health {
  const { db, error, hasScraped } = live();
  return readHealth(db, { url, now: now(), intervalMs, error, hasScraped });
}
