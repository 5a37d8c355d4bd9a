import type { Tally } from "../../../ledger/sync/run.ts";
import { MOST_TEXT } from "../../../litellm/record-limits.ts";
import { counted, countText } from "../../../report/count-text.ts";

const DAY_MS = 86_400_000;

/** What a run did, as one line. */
export function syncLine(table: string, { counted: records, late, tooOld }: Tally, tookMs: number): string {
  const parts = [
    late > 0 ? `${countText(late)} of them late` : "",
    tooOld > 0 ? `${counted(tooOld, "row")} of days that are closed left out (sync --full reads such days anew)` : "",
  ].filter((part) => part !== "");
  const what = records === 0 ? `Nothing new in ${table}` : `Folded ${counted(records, "request")} from ${table}`;
  return `${[what, ...parts].join(", ")} in ${(tookMs / 1000).toFixed(1)} s`;
}

/** What is remarkable about a run, each as one line. */
export function syncWarnings(table: string, { fewer, oddities }: Tally): string[] {
  const days = fewer.map(
    ({ day, source, ledger }) =>
      `${dayText(day)} was left alone: ${table} holds ${counted(source, "row")} of it, the ledger ${countText(ledger)}; --force replaces it`,
  );
  return [
    ...days,
    ...(oddities.untimed > 0 ? [`${counted(oddities.untimed, "row")} of ${table} without a time left out`] : []),
    ...(oddities.spend > 0
      ? [
          `${counted(oddities.spend, "row")} of ${table} with a spend that is not a number or beyond ${MOST_TEXT} counted as 0`,
        ]
      : []),
  ];
}

/** A UTC day (days since 1970) as a date. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
