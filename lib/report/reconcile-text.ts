import type { DriftCause, ReconciledRow, UnpricedRow } from "../query/reconcile.ts";
import { countText } from "./count-text.ts";
import { moneyText } from "./money-text.ts";
import { padLeft, padRight, widest } from "./pad.ts";
import { safeText } from "./safe-text.ts";

/** What each cause means, and what to do about it. */
const CAUSES: Readonly<Record<DriftCause, string>> = {
  several_workers: "several workers answer in turn: set PROMETHEUS_MULTIPROC_DIR",
  rows_missing: "rows are missing in the log: a retention job, or sync is behind",
  unpriced: "requests without a price",
  spend_logs_disabled: "no row at all: disable_spend_logs is on, or sync has not run",
  refused_key: "rows of refused keys, which no metric counts",
  fallback: "a fallback's first try is a row of its own",
  not_observed: "time that nobody scraped",
  unknown: "unknown",
};

/** The rows of both sides, and what cost nothing, for people; ends in a newline. */
export function reconcileText({
  rows,
  unpriced,
}: {
  readonly rows: readonly ReconciledRow[];
  readonly unpriced: readonly UnpricedRow[];
}): string {
  const lines = rows.map(({ day, model, metrics, logs, drift, drift_percent: percent, cause }) => [
    day,
    model === null ? "(none)" : safeText(model),
    ...[countText(metrics.requests), countText(logs.requests), moneyText(metrics.cost), moneyText(logs.cost)],
    ...[moneyText(drift), percent === null ? "-" : `${percent.toFixed(2)} %`],
    cause === null ? "" : CAUSES[cause],
  ]);
  const header = ["DAY", "MODEL", "REQ METRICS", "REQ LOGS", "METRICS", "LOGS", "DRIFT", "DRIFT %", "LIKELY CAUSE"];
  const table = rows.length === 0 ? ["Neither side has anything for this period"] : aligned([header, ...lines]);
  return [...table, ...(unpriced.length > 0 ? ["", ...unpricedLines(unpriced)] : [])]
    .map((line) => `${line}\n`)
    .join("");
}

function unpricedLines(unpriced: readonly UnpricedRow[]): string[] {
  const header = ["UNPRICED", "PROVIDER", "REQ", "INPUT", "OUTPUT", "SHOULD COST", ""];
  const lines = unpriced.map((row) => [
    ...[safeText(row.model) || "(none)", safeText(row.provider ?? "") || "(none)", countText(row.requests)],
    ...[countText(row.input_tokens), countText(row.output_tokens), moneyText(row.should_cost), ""],
  ]);
  return aligned([header, ...lines]);
}

/** Cells as lines: the first two columns and the last stand left, numbers right. */
function aligned(table: readonly (readonly string[])[]): string[] {
  const columns = table[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, index) => widest(table.map((row) => row[index] ?? "")));
  return table.map((row) =>
    row
      .map((text, index) => {
        const isText = index < 2 || index === columns - 1;
        return (isText ? padRight : padLeft)(text, widths[index] ?? 0);
      })
      .join("  ")
      .trimEnd(),
  );
}
