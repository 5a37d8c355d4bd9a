import { ANALYTICS_ROUTES } from "../routes/analytics.ts";
import { BADGE_ROUTES } from "../routes/badges.ts";
import { COVERAGE_ROUTES } from "../routes/coverage.ts";
import { EVENT_ROUTES } from "../routes/events.ts";
import { HEALTH_ROUTES } from "../routes/health.ts";
import { HISTORY_ROUTES } from "../routes/history.ts";
import { INGEST_ROUTES } from "../routes/ingest.ts";
import { METRICS_ROUTES } from "../routes/metrics.ts";
import { OWN_METRICS_ROUTES } from "../routes/own-metrics.ts";
import { PAGE_ROUTES } from "../routes/page.ts";
import { RAW_ROUTES } from "../routes/raw.ts";
import { USAGE_ROUTES } from "../routes/usage.ts";
import { WIDGET_ROUTES } from "../routes/widgets.ts";
import type { RouteEntry } from "./route-entry.ts";

/** Every route of the API, in the order in which README lists them. */
export const ROUTES: readonly RouteEntry[] = [
  ...METRICS_ROUTES,
  ...USAGE_ROUTES,
  ...WIDGET_ROUTES,
  ...BADGE_ROUTES,
  ...HISTORY_ROUTES,
  ...COVERAGE_ROUTES,
  ...EVENT_ROUTES,
  ...ANALYTICS_ROUTES,
  ...INGEST_ROUTES,
  ...RAW_ROUTES,
  ...HEALTH_ROUTES,
  ...OWN_METRICS_ROUTES,
  ...PAGE_ROUTES,
];
