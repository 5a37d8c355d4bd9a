import { Hono } from "hono";
import { readModels } from "../../query/models.ts";
import { inOneView } from "../../query/one-view.ts";
import { configuredTarget, databaseBytes } from "../../store/read/state.ts";
import { maySeePeople } from "../access.ts";
import type { Keep } from "../answers/keep.ts";
import { createPromisedKeep } from "../answers/promised-keep.ts";
import type { ApiDeps } from "../api.ts";
import { LedgerTrouble, type OpenLedger } from "../ledger-access.ts";
import type { LedgerFigures } from "../ledger-metrics.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";
import type { OwnFigures } from "../own-metrics.ts";

/** What this file serves. */
export const OWN_METRICS_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/metrics",
    access: "key",
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
  const keptFigures = createPromisedKeep<LedgerFigures>(ONE);
  const keptText = createPromisedKeep<string>(ONE);
  const figuresOf = (reading: OpenLedger) =>
    keptFigures(reading.version, "figures", async () => {
      const { readLedgerFigures } = await import("../ledger-metrics.ts");
      return reading.ledger.snapshot(readLedgerFigures);
    });
  return async () => {
    const reading = await ledger.reading();
    const version = reading.kind === "open" ? reading.version : "absent";
    return keptText(`${version} ${Math.floor(now() / 1000)}`, "text", async () => {
      const state = following();
      if (reading.kind === "absent" && state === undefined) return "";
      const { ledgerMetricsText } = await import("../ledger-metrics.ts");
      const lastFoldMs = state === undefined ? ledger.lastIntakeMs : state.lastRunMs;
      const figures = reading.kind === "open" ? await figuresOf(reading).catch(withoutLedger) : undefined;
      return ledgerMetricsText(figures, { following: state, lastFoldMs, now: now() });
    });
  };
}

/** Our metrics go on without those of a ledger that cannot be read. */
function withoutLedger(error: unknown): undefined {
  if (!(error instanceof LedgerTrouble)) throw error;
}

const ONE = { mostValues: 1, mostSize: 1, sizeOf: () => 1 };
