import { Hono } from "hono";
import { readModels } from "../../query/models.ts";
import { inOneView } from "../../query/one-view.ts";
import { configuredTarget, databaseBytes } from "../../store/state.ts";
import type { ApiDeps } from "../api.ts";
import type { Keep } from "../keep.ts";
import type { OwnFigures } from "../own-metrics.ts";
import type { RouteEntry } from "../route-entry.ts";

/** What this file serves. */
export const OWN_METRICS_ROUTES: readonly RouteEntry[] = [
  { method: "GET", path: "/metrics", access: "key", help: "Our own metrics, for a Prometheus server" },
];

/** `/metrics`: our own metrics for a Prometheus server. */
export function ownMetricsRoutes(deps: ApiDeps, keep: Keep): Hono {
  const text = keep(async () => {
    // Loaded when somebody asks: most never do, and it takes memory.
    const { ownMetricsText } = await import("../own-metrics.ts");
    return ownMetricsText(figuresNow());
  });
  const figuresNow = (): OwnFigures => {
    const { db, error, scrapes } = deps.live();
    const { version, zone, url, names } = deps;
    const figures = inOneView(db, () => {
      const target = configuredTarget(db, url);
      return {
        lastSuccessAt: target?.lastPageAt,
        restarts: target?.restarts ?? 0,
        databaseBytes: databaseBytes(db),
        models: readModels(db, { now: deps.now(), zone, url, names }).models,
      };
    });
    return { ...figures, version, scrapes, isUp: error === undefined && figures.lastSuccessAt !== undefined };
  };
  return new Hono().get("/metrics", async (context) =>
    context.body(await text(), 200, {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
    }),
  );
}
