import type uPlot from "uplot";
import type { CoverageAnswer } from "../../query/coverage-answer.ts";
import { type ChartData, placeOf, stepMs } from "./chart-data.ts";
import type { Colors } from "./colors.ts";

const STRIP_GAP = 3;
const STRIP_HEIGHT = 3;
const HATCH = 7;

/** A stretch of the time axis, in steps. */
type Place = { readonly from: number; readonly to: number };

/** What stands on the chart besides amounts: what was not observed, what is an estimate, and restarts of LiteLLM. */
export type Overlays = {
  readonly gaps: readonly Place[];
  readonly estimated: readonly Place[];
  readonly restarts: readonly number[];
};

/** Lays what is known of the coverage over the steps of a chart. */
export function overlaysOf({ starts }: ChartData, coverage: CoverageAnswer | undefined): Overlays {
  if (!coverage || starts.length === 0) return { gaps: [], estimated: [], restarts: [] };
  const instants = starts.map((start) => Date.parse(start));
  const lastEnd = (instants.at(-1) ?? 0) + stepMs(starts);
  const place = (iso: string) => placeOf(Date.parse(iso), instants, lastEnd);
  const stretch = ({ from, to }: { from: string; to: string }) => ({ from: place(from), to: place(to) });
  return {
    gaps: coverage.gaps.map(stretch),
    estimated: coverage.estimated.map(stretch),
    restarts: coverage.restarts.map(place),
  };
}

/** Hatches what was not observed, behind the columns. */
export function drawGaps(plot: uPlot, { gaps }: Overlays, colors: Colors): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  for (const gap of gaps) {
    const { left, width } = edges(plot, gap);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, width, bbox.height);
    ctx.clip();
    ctx.strokeStyle = colors.line;
    ctx.lineWidth = 1.5 * scale;
    for (let x = left - bbox.height; x < left + width; x += HATCH * scale) {
      ctx.beginPath();
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
      ctx.stroke();
    }
    ctx.restore();
  }
  ctx.restore();
}

/** Draws the strip below the columns that says what was observed, and the restarts above them. */
export function drawMarks(plot: uPlot, { gaps, estimated, restarts }: Overlays, colors: Colors, steps: number): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  const top = bbox.top + bbox.height + STRIP_GAP * scale;
  const strip = (place: Place, color: string) => {
    const { left, width } = edges(plot, place);
    ctx.fillStyle = color;
    ctx.fillRect(left, top, width, STRIP_HEIGHT * scale);
  };
  ctx.save();
  strip({ from: -0.5, to: steps - 0.5 }, colors.good);
  for (const place of estimated) strip(place, colors.warn);
  for (const place of gaps) {
    strip(place, colors.surface);
    strip(place, colors.line);
  }
  ctx.strokeStyle = colors.bad;
  ctx.lineWidth = 1.5 * scale;
  ctx.setLineDash([4 * scale, 3 * scale]);
  for (const restart of restarts) {
    const x = Math.round(plot.valToPos(restart, "x", true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function edges(plot: uPlot, { from, to }: Place): { readonly left: number; readonly width: number } {
  const left = plot.valToPos(from, "x", true);
  return { left, width: Math.max(1, plot.valToPos(to, "x", true) - left) };
}
