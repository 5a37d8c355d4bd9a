import type { Reading } from "../../litellm/reading.ts";

/** How many processes answered, as far as their pages tell; `byFalls` where only falling counters show it. */
export type ProcessCount = { readonly count: number; readonly byFalls: boolean };

/** Counts the processes behind pages that were read one right after the other: no restart lies between them. */
export function countProcesses(readings: readonly Reading[]): ProcessCount {
  const known: Reading[] = [];
  for (const reading of readings) {
    if (!known.some((earlier) => isSameProcess(earlier, reading))) known.push(reading);
  }
  if (known.length > 1) return { count: known.length, byFalls: false };
  const falls = readings.some((reading, index) => {
    const before = readings[index - 1];
    return before !== undefined && hasFallen(before, reading);
  });
  return falls ? { count: 2, byFalls: true } : { count: known.length, byFalls: false };
}

/** The start time alone does not tell workers apart (LiteLLM 1.82: two within a hundredth of a second), `_created` does. */
function isSameProcess(a: Reading, b: Reading): boolean {
  if (a.startSeconds !== b.startSeconds) return false;
  return !someShared(a, b, (mine, theirs) => differs(mine.createdSeconds, theirs.createdSeconds));
}

function hasFallen(before: Reading, after: Reading): boolean {
  return someShared(before, after, (mine, theirs) => theirs.value < mine.value, "in_flight_requests");
}

type Series = { readonly createdSeconds: number | undefined; readonly value: number };

/** Whether a pair of series with the same name and labels on both pages fits; the gauge is left out where it is named. */
function someShared(a: Reading, b: Reading, fits: (mine: Series, theirs: Series) => boolean, gauge?: string): boolean {
  for (const [metric, names] of a.metrics) {
    if (metric === gauge) continue;
    for (const { name, series } of names) {
      const other = b.metrics.get(metric)?.find((reading) => reading.name === name);
      const byLabels = new Map(other?.series.map((each) => [each.labels.key, each]));
      for (const mine of series) {
        const theirs = byLabels.get(mine.labels.key);
        if (theirs !== undefined && fits(mine, theirs)) return true;
      }
    }
  }
  return false;
}

function differs(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}
