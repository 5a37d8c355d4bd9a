import { Hono } from "hono";
import { readModels } from "../../query/models.ts";
import { inOneView } from "../../query/one-view.ts";
import { configuredTarget, databaseBytes } from "../../store/state.ts";
import { maySeePeople } from "../access.ts";
import type { ApiDeps } from "../api.ts";
import { createKeep, type Keep } from "../keep.ts";
import type { OwnFigures } from "../own-metrics.ts";
import type { RouteEntry } from "../route-entry.ts";

/** What this file serves. */
export const OWN_METRICS_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/metrics",
    access: "key",
    media: "text/plain",
    help: "Our own metrics, for a Prometheus server",
  },
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
  const ledgerText = ledgerMetrics(deps);
  return new Hono().get("/metrics", async (context) => {
    // What the ledger holds is for those who may see the rest of it.
    const texts = [await text(), ...(maySeePeople(context, deps) ? [await ledgerText()] : [])];
    return context.body(texts.join(""), 200, {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
    });
  });
}

/** The ledger's metrics: its figures are read once for each of its versions, the text is made once a second. */
function ledgerMetrics({ ledger, following, now }: ApiDeps): () => Promise<string> {
  const version = () => {
    const reading = ledger.reading();
    return reading.kind === "open" ? reading.version : "absent";
  };
  const figures = createKeep(version)(async () => {
    const reading = ledger.reading();
    const { readLedgerFigures } = await import("../ledger-metrics.ts");
    return reading.kind === "open" ? inOneView(reading.db, () => readLedgerFigures(reading.db)) : undefined;
  });
  return createKeep(() => `${version()} ${Math.floor(now() / 1000)}`)(async () => {
    const state = following();
    if (version() === "absent" && state === undefined) return "";
    const { ledgerMetricsText } = await import("../ledger-metrics.ts");
    const lastFoldMs = state === undefined ? ledger.lastIntakeMs : state.lastRunMs;
    return ledgerMetricsText(await figures(), { following: state, lastFoldMs, now: now() });
  });
}
