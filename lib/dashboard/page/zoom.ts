import { type ChartData, stepMs } from "./chart-data.ts";
import type { Range } from "./view.ts";

/** The range that shows a stretch of steps alone: whole days by their dates, shorter steps by their instants. */
export function zoomRange({ starts, isDaily }: ChartData, from: number, to: number): Range | undefined {
  const since = starts[from];
  const last = starts[to];
  if (since === undefined || last === undefined) return undefined;
  if (isDaily) return { kind: "range", since: since.slice(0, 10), until: last.slice(0, 10) };
  const until = starts[to + 1] ?? new Date(Date.parse(last) + stepMs(starts)).toISOString().replace(".000", "");
  return { kind: "range", since, until };
}
