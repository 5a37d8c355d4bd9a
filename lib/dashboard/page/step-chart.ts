import { createChart, type Drawing } from "./chart.ts";
import type { ChartData } from "./chart-data.ts";
import { listenToKeys } from "./chart-keys.ts";
import { byId } from "./dom.ts";
import { showStepsTable } from "./steps-table.ts";
import { spokenStep, tooltip } from "./tooltip.ts";
import type { Range } from "./view.ts";
import { zoomRange } from "./zoom.ts";

/** Between the pointer and the tooltip, in CSS pixels. */
const TIP_GAP = 14;

/** A chart over time for pointer, keyboard and screen reader, with the same numbers as a table. */
export type StepChart = {
  /** Shows a drawing under its title, or takes the chart and its table away. */
  show(title: string, drawing: Drawing | undefined): void;
  /** Draws the same again, in the colors of another theme. */
  redraw(): void;
};

/** Makes the chart in the element `id` and its table in `id-steps`; `zoom` is given the range of a marked stretch. */
export function createStepChart(id: string, zoom: (range: Range) => void): StepChart {
  const host = byId(id);
  const details = byId(`${id}-steps`);
  let shown: ChartData | undefined;

  const zoomInto = (from: number, to: number): void => {
    const range = shown && zoomRange(shown, from, to);
    if (range) zoom(range);
  };
  const chart = createChart(host, {
    onPoint(index, left) {
      host.querySelector(".tip")?.remove();
      if (index !== undefined && shown) showTip(host, tooltip(shown, index), left);
    },
    onSelect: zoomInto,
  });
  listenToKeys(host, {
    steps: () => shown?.starts.length ?? 0,
    onPoint(index) {
      chart.point(index);
      if (index === undefined || !shown) return;
      host.setAttribute("aria-valuenow", String(index));
      host.setAttribute("aria-valuetext", spokenStep(shown, index));
    },
    onMark: chart.mark,
    onZoom: zoomInto,
  });

  return {
    redraw: chart.redraw,
    show(title, drawing) {
      shown = drawing?.data;
      host.hidden = details.hidden = !drawing;
      host.setAttribute("aria-label", title);
      if (!drawing) return;
      host.setAttribute("aria-valuemax", String(drawing.data.starts.length - 1));
      chart.show(drawing);
      if (details instanceof HTMLDetailsElement) showStepsTable(details, drawing.data, title);
    },
  };
}

/** Puts the tooltip beside the pointer, on the side that has more room and never beyond the chart's box. */
function showTip(host: HTMLElement, tip: HTMLElement, pointer: number): void {
  const over = host.querySelector<HTMLElement>(".u-over");
  if (!over) return;
  over.append(tip);
  const beside = pointer > over.clientWidth / 2 ? pointer - tip.offsetWidth - TIP_GAP : pointer + TIP_GAP;
  const most = host.clientWidth - over.offsetLeft - tip.offsetWidth;
  tip.style.left = `${Math.max(-over.offsetLeft, Math.min(most, beside))}px`;
}
