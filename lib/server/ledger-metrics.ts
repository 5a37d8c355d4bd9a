import { Counter, Gauge, Registry } from "prom-client";
import { newestRecordAt, readFeeding } from "../ledger/questions/feeding.ts";
import type { LedgerState } from "../ledger/reader.ts";
import { spendByProvider } from "../query/aggregate.ts";
import type { FollowState } from "../query/health/follow-health.ts";

const PREFIX = "litellm_pulse_ledger_";
/** Pairs of provider and model that have series of their own, so that foreign names cannot fill a Prometheus server. */
const MOST_PAIRS = 1000;
const REST = "other";

/** What the ledger's metrics show of the ledger itself; read once for each of its versions. */
export type LedgerFigures = {
  readonly spend: readonly { readonly provider: string; readonly model: string; readonly spend: number }[];
  readonly counted: number;
  readonly duplicates: number;
  readonly tooOld: number;
  readonly updatedAt: number | undefined;
  readonly newestAt: number | undefined;
};

/** Reads the figures of a ledger; beyond a thousand pairs the smallest are summed as `other`. */
export async function readLedgerFigures(ledger: LedgerState): Promise<LedgerFigures> {
  const { sql } = ledger;
  const pairs = await spendByProvider(ledger);
  const rest = pairs.slice(MOST_PAIRS).reduce((sum, { spend }) => sum + spend, 0);
  const others = pairs.length > MOST_PAIRS ? [{ provider: REST, model: REST, spend: rest }] : [];
  const feeding = await readFeeding(sql);
  return { spend: [...pairs.slice(0, MOST_PAIRS), ...others], ...feeding, newestAt: await newestRecordAt(sql) };
}

/**
 * The ledger's metrics as Prometheus text 0.0.4; `lastFoldMs` is how long the newest fold took, where this process did
 * it.
 */
export async function ledgerMetricsText(
  ledger: LedgerFigures | undefined,
  live: { readonly following: FollowState | undefined; readonly lastFoldMs: number | undefined; readonly now: number },
): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: number | undefined) => {
    if (value !== undefined) new Gauge({ name: PREFIX + name, help, registers: [registry] }).set(value);
  };
  const counter = (name: string, help: string, value: number) =>
    new Counter({ name: `${PREFIX}${name}_total`, help, registers: [registry] }).inc(value);
  if (ledger) {
    addSpend(registry, ledger);
    const { counted, duplicates, tooOld, updatedAt, newestAt } = ledger;
    counter("records_folded", "Request records that were counted", counted);
    counter("records_duplicate", "Request records that came again and were not counted again", duplicates);
    counter("records_refused", "Request records of days that were closed already", tooOld);
    gauge("last_fold_timestamp_seconds", "When the newest fold was written", inSeconds(updatedAt));
    gauge("newest_record_timestamp_seconds", "When the newest record began, to the minute", inSeconds(newestAt));
    const lagMs = newestAt === undefined ? undefined : Math.max(0, live.now - newestAt);
    gauge("lag_seconds", "How long ago the newest record began, to the minute", inSeconds(lagMs));
  }
  gauge("fold_duration_seconds", "How long the newest run of folding took", inSeconds(live.lastFoldMs));
  const { following } = live;
  if (following) {
    counter("records_late", "Records that came after younger ones, since the program started", following.lateRecords);
    const runs = new Counter({
      name: `${PREFIX}runs_total`,
      help: "Runs over the source since the program started, by how they ended",
      labelNames: ["result"],
      registers: [registry],
    });
    runs.inc({ result: "good" }, following.goodRuns);
    runs.inc({ result: "failed" }, following.failedRuns);
  }
  return registry.metrics();
}

function addSpend(registry: Registry, { spend: pairs }: LedgerFigures): void {
  const counter = new Counter({
    name: `${PREFIX}spend_usd_total`,
    help: "Spend of every request in the ledger, in US dollars",
    labelNames: ["provider", "model"],
    registers: [registry],
  });
  // A counter cannot be negative, and a correction that a log calls spend may be.
  for (const { provider, model, spend } of pairs) counter.inc({ provider, model }, Math.max(0, spend));
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
