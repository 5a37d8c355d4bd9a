import type { ChartData } from "./chart-data.ts";
import { el, replace } from "./dom.ts";
import { amountText, moneyDecimals } from "./numbers.ts";
import { stepText } from "./wall-time.ts";

/** Shows the numbers of a chart as a table, made only once it is opened. */
export function showStepsTable(details: HTMLDetailsElement, data: ChartData, title: string): void {
  const place = details.querySelector<HTMLElement>("div");
  const fill = (): void => {
    if (details.open && place) replace(place, stepsTable(data, title));
  };
  details.ontoggle = fill;
  if (details.open) fill();
  else place?.replaceChildren();
}

function stepsTable({ starts, isDaily, totals, layers, estimated, unit }: ChartData, title: string): HTMLElement {
  const decimals = moneyDecimals([...totals, ...layers.flatMap(({ amounts }) => amounts)]);
  const amount = (value: number | null | undefined) => el("td", {}, amountText(unit, value ?? null, decimals));
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
