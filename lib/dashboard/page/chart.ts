import uPlot from "uplot";
import { axisLabels } from "./axis-labels.ts";
import { type ChartData, stacked } from "./chart-data.ts";
import { readColors } from "./colors.ts";
import { amountText, compactText, moneyDecimals, type Unit } from "./numbers.ts";
import { drawGaps, drawMarks, type Overlays } from "./overlays.ts";

/** What is drawn; without overlays where nothing is known of them. */
export type Drawing = { readonly data: ChartData; readonly overlays?: Overlays };

/** The stacked columns; indices count the steps. */
export type Chart = {
  show(drawing: Drawing): void;
  /** Draws the same again, in the colors of another theme. */
  redraw(): void;
  /** Points at a step, or at none. */
  point(index: number | undefined): void;
  /** Marks a stretch of steps. */
  mark(from: number, to: number): void;
};

export type ChartEvents = {
  /** The pointer is at a step, `left` CSS pixels from the plot's left edge, or has left. */
  readonly onPoint: (index: number | undefined, left: number) => void;
  /** A stretch of steps was dragged over. */
  readonly onSelect: (from: number, to: number) => void;
};

const LABEL_WIDTH = 64;
const LEAST_DRAG = 6;
const SEAMS_UP_TO = 62;
const SEAMS_FROM_SHARE = 0.03;

/** Makes the chart inside of an element whose size it follows. */
export function createChart(host: HTMLElement, events: ChartEvents): Chart {
  let plot: uPlot | undefined;
  let drawn: Drawing | undefined;
  let isHeld = false;
  let isDue = false;

  const draw = (): void => {
    // A new answer must not end a stretch that is being dragged.
    isDue = isHeld;
    if (isHeld) return;
    const pointed = plot?.cursor.idx;
    plot?.destroy();
    plot =
      drawn && host.clientWidth > 0
        ? new uPlot(optionsOf(drawn, host, events), columnsOf(drawn.data), host)
        : undefined;
    if (typeof pointed === "number") point(pointed);
  };
  const point = (index: number | undefined): void => {
    if (!plot) return;
    if (index === undefined) plot.setCursor({ left: -10, top: -10 });
    else plot.setCursor({ left: plot.valToPos(index, "x"), top: plot.over.clientHeight / 2 });
  };
  host.addEventListener("mousedown", () => {
    isHeld = true;
  });
  // The window hears of it after the chart.
  addEventListener("mouseup", () => {
    isHeld = false;
    if (isDue) draw();
  });
  new ResizeObserver(() => {
    if (plot && plot.width === host.clientWidth && plot.height === host.clientHeight) return;
    draw();
  }).observe(host);

  return {
    show(drawing) {
      drawn = drawing;
      draw();
    },
    redraw: draw,
    point,
    mark(from, to) {
      if (!plot) return;
      const left = plot.valToPos(from - 0.5, "x");
      const width = plot.valToPos(to + 0.5, "x") - left;
      plot.setSelect({ left, top: 0, width, height: plot.over.clientHeight }, false);
    },
  };
}

/** The highest layer comes first, so that each lower one is drawn over it. */
function columnsOf({ starts, layers }: ChartData): uPlot.AlignedData {
  return [starts.map((_, index) => index), ...stacked(layers).reverse()];
}

function optionsOf({ data, overlays }: Drawing, host: HTMLElement, events: ChartEvents): uPlot.Options {
  const colors = readColors();
  const steps = data.starts.length;
  const highest = Math.max(0, ...data.totals.map((total) => total ?? 0));
  const paths = uPlot.paths.bars?.({ size: [0.84, 72] });
  const sum = data.totals.reduce<number>((all, total) => all + (total ?? 0), 0);
  // A seam keeps layers apart, but of a thin one it would leave nothing.
  const hasSeam = (total: number | null) => steps <= SEAMS_UP_TO && (total ?? 0) > sum * SEAMS_FROM_SHARE;
  const labels = axisLabels(data.starts, Math.max(2, Math.floor(host.clientWidth / LABEL_WIDTH)));
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return {
    width: host.clientWidth,
    height: host.clientHeight,
    legend: { show: false },
    padding: [8, 4, 0, 0],
    scales: {
      x: { time: false, range: [-0.5, data.places - 0.5] },
      y: { range: [0, highest > 0 ? highest * 1.06 : 1] },
    },
    series: [
      {},
      ...data.layers.toReversed().map(({ name, color, total }) => ({
        label: name,
        fill: colors.layer(color),
        points: { show: false },
        ...(hasSeam(total) ? { stroke: colors.surface, width: 1 } : {}),
        ...(paths ? { paths } : {}),
      })),
    ],
    axes: [
      {
        font,
        stroke: colors.muted,
        grid: { show: false },
        ticks: { show: false },
        gap: 8,
        size: 30,
        splits: () => labels.map(({ index }) => index),
        values: () => labels.map(({ text }) => text),
      },
      {
        font,
        stroke: colors.muted,
        grid: { stroke: colors.line, width: 1 },
        ticks: { show: false },
        size: (_plot, values) => 14 + 7.2 * Math.max(3, ...(values ?? []).map(({ length }) => length)),
        values: (_plot, splits) => amountTexts(splits, data.unit),
      },
    ],
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    hooks: {
      drawClear: overlays ? [(plot) => drawGaps(plot, overlays, colors)] : [],
      draw: overlays ? [(plot) => drawMarks(plot, overlays, colors, steps)] : [],
      setCursor: [
        ({ cursor }) =>
          events.onPoint((cursor.left ?? -1) < 0 ? undefined : (cursor.idx ?? undefined), cursor.left ?? 0),
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < LEAST_DRAG) return;
          const at = (pixels: number) => Math.min(steps - 1, Math.max(0, Math.round(plot.posToVal(pixels, "x"))));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          events.onSelect(at(left), at(left + width));
        },
      ],
    },
  };
}

/** The amounts of an axis: counts are whole, money has the decimals that tell its labels apart. */
function amountTexts(splits: readonly number[], unit: Unit): string[] {
  if (unit === "count") return splits.map((value) => (Number.isInteger(value) ? compactText(value) : ""));
  const decimals = splits.every((value) => Number.isInteger(value)) ? 0 : moneyDecimals(splits.slice(1, 2));
  return splits.map((value) => amountText(unit, value, decimals));
}
