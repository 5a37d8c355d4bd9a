import type { Database } from "bun:sqlite";
import { isoIn } from "../aggregator/iso.ts";
import type { Zone } from "../aggregator/zone.ts";
import { METRICS } from "../litellm/metrics.ts";
import { configuredTarget } from "../store/read/state.ts";
import { newestSnapshots, type Snapshot } from "../store/tables/snapshots.ts";
import { cleanNumber } from "./clean-number.ts";

const DEFAULT_HISTORY = 168;
const CLAMP_FACTOR = 12;
const UNBOUNDED_LIMIT = 10_000;

/** The body of `GET /api/v1/history`, newest last. */
export type HistoryAnswer = {
  readonly snapshots: readonly Record<string, unknown>[];
  readonly count: number;
  /** `disabled` where there is no file and `LITELLM_PULSE_HISTORY_SIZE` allows nothing in memory. */
  readonly source: "sqlite" | "memory" | "disabled";
};

/** The default of `limit` and the highest value it is clamped to, by `LITELLM_PULSE_HISTORY_SIZE` (as in seed 1). */
export function historyLimits(historySize: number): { readonly byDefault: number; readonly highest: number } {
  return {
    byDefault: DEFAULT_HISTORY,
    highest: historySize === 0 ? UNBOUNDED_LIMIT : Math.max(1, CLAMP_FACTOR * historySize),
  };
}

/** The newest scrapes of the configured target. `memory` is how many count where there is no file; undefined with one. */
export function readHistory(
  db: Database,
  question: {
    readonly url: string;
    readonly limit: number;
    readonly zone: Zone;
    readonly memory: number | undefined;
  },
): HistoryAnswer {
  const { url, zone, memory } = question;
  const limit = Math.min(question.limit, memory ?? question.limit);
  const target = configuredTarget(db, url);
  const snapshots = target && limit > 0 ? newestSnapshots(db, target.id, limit) : [];
  return {
    snapshots: snapshots.map((snapshot) => snapshotBody(snapshot, zone)),
    count: snapshots.length,
    source: memory === undefined ? "sqlite" : memory > 0 ? "memory" : "disabled",
  };
}

function snapshotBody(snapshot: Snapshot, zone: Zone): Record<string, unknown> {
  const body: Record<string, unknown> = { timestamp: isoIn(snapshot.at, zone), is_reset: snapshot.isReset };
  for (const metric of METRICS) {
    body[metric.name] = cleanNumber(snapshot.values.get(metric.name) ?? 0);
    if (metric.kind === "counter") body[`${metric.name}_delta`] = cleanNumber(snapshot.increases.get(metric.name) ?? 0);
  }
  return body;
}
