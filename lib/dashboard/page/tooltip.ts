import type { ChartData } from "./chart-data.ts";
import { el } from "./dom.ts";
import { amountText } from "./numbers.ts";
import { stepText } from "./wall-time.ts";

const NOT_OBSERVED = "not observed";

/** What one step of the chart holds, for the eye. */
export function tooltip(data: ChartData, index: number): HTMLElement {
  const start = data.starts[index] ?? "";
  const total = data.totals[index] ?? null;
  const parts = partsOf(data, index);
  return el(
    "div",
    { class: "tip" },
    el("strong", {}, el("span", {}, stepText(start, data.isDaily)), total === null ? "" : amountText(data.unit, total)),
    total === null ? el("p", {}, NOT_OBSERVED) : undefined,
    el(
      "dl",
      {},
      ...parts.flatMap(({ name, color, amount }) => [
        el("span", { class: "swatch", "data-color": color }),
        el("dt", { class: "name" }, name),
        el("dd", {}, amountText(data.unit, amount)),
      ]),
    ),
    data.estimated[index] ? el("p", {}, `estimated: spread over the time between two scrapes`) : undefined,
  );
}

/** What one step of the chart holds, for the ear. */
export function spokenStep(data: ChartData, index: number): string {
  const total = data.totals[index] ?? null;
  const when = stepText(data.starts[index] ?? "", data.isDaily);
  if (total === null) return `${when}: ${NOT_OBSERVED}`;
  const parts = partsOf(data, index).map(({ name, amount }) => `${name} ${amountText(data.unit, amount)}`);
  return [`${when}: ${amountText(data.unit, total)}`, ...parts].join(", ");
}

function partsOf({ layers }: ChartData, index: number) {
  return layers
    .map(({ name, color, amounts }) => ({ name, color, amount: amounts[index] ?? 0 }))
    .filter(({ amount }) => amount > 0);
}
