import type { ChartData } from "./chart-data.ts";
import { byId, el, replace } from "./dom.ts";
import { moneyDecimals } from "./numbers.ts";
import { amountText } from "./tooltip.ts";
import type { Metric } from "./view.ts";
import { stepText } from "./wall-time.ts";

/** Shows the numbers of the chart as a table, made only once it is opened. */
export function showStepsTable(data: ChartData, metric: Metric, title: string): void {
  const details = byId("steps");
  if (!(details instanceof HTMLDetailsElement)) return;
  const place = details.querySelector<HTMLElement>("div");
  const fill = (): void => {
    if (details.open && place) replace(place, stepsTable(data, metric, title));
  };
  details.ontoggle = fill;
  if (details.open) fill();
  else place?.replaceChildren();
}

function stepsTable(
  { starts, isDaily, totals, layers, estimated }: ChartData,
  metric: Metric,
  title: string,
): HTMLElement {
  const decimals = moneyDecimals([...totals, ...layers.flatMap(({ amounts }) => amounts)]);
  const amount = (value: number | null | undefined) => el("td", {}, amountText(metric, value ?? null, decimals));
  const head = el(
    "tr",
    {},
    el("th", { scope: "col" }, "Time"),
    el("th", { scope: "col" }, "Total"),
    ...layers.map(({ name }) => el("th", { scope: "col" }, name)),
  );
  const rows = starts.map((start, index) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, stepText(start, isDaily) + (estimated[index] ? " (estimated)" : "")),
      amount(totals[index]),
      ...layers.map(({ amounts }) => amount(amounts[index])),
    ),
  );
  return el("table", {}, el("caption", { class: "hidden" }, title), el("thead", {}, head), el("tbody", {}, ...rows));
}
