import { el } from "./dom.ts";
import { countText, durationText, rateText } from "./numbers.ts";
import type { RequestRow } from "./request-data.ts";

/** The columns of numbers; those of latency only where there is any. */
const COUNTS = ["Requests", "Failed", "Error rate"] as const;
const LATENCIES = ["Mean", "p50", "p95", "p99", "First token"] as const;

/** A table of groups of requests, the total last; latencies are drawn as ranges beside their numbers, on one scale. */
export function latencyTable(
  rows: readonly RequestRow[],
  total: RequestRow,
  { label, hasLatency }: { readonly label: string; readonly hasLatency: boolean },
): HTMLElement {
  const longest = Math.max(...rows.map(({ p99 }) => p99 ?? 0));
  const hasScale = hasLatency && longest > 0;
  const columns = [...COUNTS, ...(hasLatency ? LATENCIES : [])];
  const scale = el("th", { class: "range-cell", "aria-hidden": "true" }, `0 to ${durationText(longest)}`);
  const bodyRow = (row: RequestRow, isTotal: boolean): HTMLElement =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, el("span", { class: "name", title: row.name }, row.name)),
      hasScale ? el("td", { class: "range-cell", "aria-hidden": "true" }, range(row, longest)) : undefined,
      ...cells(row, hasLatency).map(([column, text]) =>
        el("td", { "data-column": isTotal ? undefined : column }, text),
      ),
    );
  return el(
    "table",
    { class: "latency" },
    el("caption", { class: "hidden" }, `Requests, errors and latency by ${label.toLowerCase()}`),
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        el("th", { scope: "col" }, label),
        hasScale ? scale : undefined,
        ...columns.map((name) => el("th", { scope: "col" }, name)),
      ),
    ),
    el("tbody", {}, ...rows.map((row) => bodyRow(row, false))),
    el("tfoot", {}, bodyRow({ ...total, name: "Total" }, true)),
  );
}

function cells(row: RequestRow, hasLatency: boolean): readonly (readonly [string, string])[] {
  const counts = [
    ["requests", countText(row.requests)],
    ["failed", countText(row.failed)],
    ["error_rate", rateText(row.errorRate)],
  ] as const;
  if (!hasLatency) return counts;
  const latencies = (["mean", "p50", "p95", "p99", "firstToken"] as const).map(
    (name) => [name, durationText(row[name])] as const,
  );
  return [...counts, ...latencies];
}

/** A bar from the median to the 95th percentile, with a mark at the 99th; the same numbers stand beside it. */
function range({ p50, p95, p99 }: RequestRow, longest: number): HTMLElement | undefined {
  if (p50 === null || p95 === null || p99 === null) return undefined;
  const percent = (ms: number) => `${Math.min(100, (ms / longest) * 100)}%`;
  const bar = el("span", { class: "range-bar" });
  bar.style.left = percent(p50);
  bar.style.width = percent(p95 - p50);
  const mark = el("span", { class: "range-mark" });
  mark.style.left = percent(p99);
  return el("span", { class: "range" }, bar, mark);
}
