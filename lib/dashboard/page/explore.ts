import type { UsageAnswer } from "../../query/usage/answer.ts";
import type { Asked } from "./api.ts";
import { createBreakdown } from "./breakdown.ts";
import { type ChartData, chartData } from "./chart-data.ts";
import { showCoverage } from "./coverage-line.ts";
import { byId, el, replace } from "./dom.ts";
import { showLegend } from "./legend.ts";
import type { Loaded } from "./load.ts";
import { notice } from "./notice.ts";
import { amountText } from "./numbers.ts";
import { overlaysOf } from "./overlays.ts";
import { createStepChart } from "./step-chart.ts";
import { DEFAULT_VIEW, DIMENSIONS, METRICS, searchOf, unitOf, type View } from "./view.ts";
import { stretchText } from "./wall-time.ts";

/** The chart with all that belongs to it, and the table of the groups. */
export type Explore = { show(loaded: Loaded): void; redraw(): void; showRows(view: View): void };

/** Makes the part of the page in which one looks around; `go` shows another view. */
export function createExplore(go: (view: View) => void): Explore {
  const breakdown = createBreakdown();
  let shown: View | undefined;
  let rows: { readonly answer: UsageAnswer; readonly seesPeople: boolean } | undefined;
  const chart = createStepChart("chart", (range) => {
    if (shown) go({ ...shown, range });
  });

  const showRows = (view: View): void => {
    if (rows) breakdown.show(rows.answer, view, rows.seesPeople);
  };

  return {
    showRows,
    redraw: chart.redraw,
    show({ view, chart: asked, groups, coverage, people }) {
      const title = titleOf(view);
      byId("chart-title").textContent = title;
      const covered = coverage.kind === "answer" ? coverage.body : undefined;
      const data = asked.kind === "answer" ? chartData(asked.body, view.by, view.metric) : undefined;
      const hasAny = data?.totals.some((total) => total !== null && total > 0) ?? false;
      shown = view;
      replace(byId("chart-notice"), problem(asked, view) ?? (hasAny ? undefined : nothingYet(data)));
      chart.show(title, data && hasAny ? { data, overlays: overlaysOf(data, covered) } : undefined);
      showLegend(byId("legend"), data && hasAny ? data.layers : []);
      showTotal(asked, view);
      showCoverage(data ? covered : undefined);
      rows = groups.kind === "answer" ? { answer: groups.body, seesPeople: people.kind !== "refused" } : undefined;
      byId("breakdown-title").textContent = `By ${labelOf(view)}`;
      if (rows) showRows(view);
      else replace(byId("rows"), problem(groups, view));
    },
  };
}

function titleOf(view: View): string {
  const metric = METRICS.find(([name]) => name === view.metric)?.[1] ?? "";
  return `${metric} by ${labelOf(view)}`;
}

function labelOf({ by }: View): string {
  return (DIMENSIONS.find(([name]) => name === by)?.[1] ?? "").toLowerCase();
}

function showTotal(asked: Asked<UsageAnswer>, { metric }: View): void {
  if (asked.kind !== "answer" || asked.body.coverage.from === null) {
    replace(byId("chart-total"));
    return;
  }
  const { total, period } = asked.body;
  replace(
    byId("chart-total"),
    `${amountText(unitOf(metric), total[metric])} `,
    el("small", {}, stretchText(period.from, period.to)),
  );
}

/** Why there is no answer; what the server says is its own words. */
function problem(asked: Asked<UsageAnswer>, view: View): HTMLElement | undefined {
  if (asked.kind === "answer" || asked.kind === "unreachable") return undefined;
  const { error: title, hint } = asked;
  const usual = el(
    "a",
    { href: searchOf({ ...DEFAULT_VIEW, metric: view.metric }), "data-view": true },
    "Show the last 30 days by model",
  );
  return notice({ kind: "warn", title, hint }, usual);
}

function nothingYet(data: ChartData | undefined): HTMLElement {
  const isObserved = data?.totals.some((total) => total !== null) ?? false;
  return isObserved
    ? notice({
        isEmpty: true,
        title: "Nothing was used in this time",
        hint: "LiteLLM was observed and had nothing to count",
      })
    : notice({
        isEmpty: true,
        title: "Nothing is known of this time",
        hint: "Counting begins with the first good scrape of LiteLLM",
      });
}
