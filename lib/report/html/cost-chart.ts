import type { UsageStep } from "../../query/usage/steps.ts";
import { moneyDecimals, moneyText } from "../money-text.ts";
import { wallTimeOf } from "../wall-time.ts";
import { escapeHtml, place } from "./markup.ts";

const WIDTH = 1000;
const HEIGHT = 100;
/** More bars than this are thinner than a pixel of a usual screen. */
const MOST_BARS = 500;

/**
 * A bar for each step of the period; neighbours are added up where there are too many to be seen. Letters stand outside
 * of the drawing, which is stretched to the width of the page.
 */
export function costChart(steps: readonly UsageStep[]): string {
  const bars = mergeSteps(steps);
  const most = bars.reduce((all, { cost }) => Math.max(all, cost ?? 0), 0);
  if (bars.length < 2 || most <= 0) return "";
  const top = niceTop(most);
  const pitch = WIDTH / bars.length;
  const rects = bars.map((bar, index) => {
    const tall = bar.cost === null ? HEIGHT : (bar.cost / top) * HEIGHT;
    const [x, y, width, height] = [index * pitch, HEIGHT - tall, pitch * 0.85, tall].map(place);
    return `<rect class="${kindOf(bar)}" x="${x}" y="${y}" width="${width}" height="${height}"><title>${escapeHtml(wordsOf(bar))}</title></rect>`;
  });
  const grid = [0, HEIGHT / 2, HEIGHT].map((y) => `<line class="grid" x2="${WIDTH}" y1="${y}" y2="${y}"/>`);
  const decimals = moneyDecimals([top / 2, top]);
  const amounts = [top, top / 2, 0].map((amount) => `<span>${moneyText(amount, decimals)}</span>`);
  const times = [bars[0], bars[Math.floor(bars.length / 2)], bars.at(-1)].map(
    (bar) => `<span>${escapeHtml(stepText(bar?.at ?? ""))}</span>`,
  );
  return `<div class="plot"><div class="axis">${amounts.join("")}</div><div><svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Cost over time">${grid.join("")}${rects.join("")}</svg><div class="times">${times.join("")}</div></div></div>`;
}

function kindOf({ cost, estimated }: Bar): string {
  if (cost === null) return "unseen";
  return estimated ? "estimated" : "cost";
}

function wordsOf({ at, cost, estimated }: Bar): string {
  const words = cost === null ? "not observed" : `${moneyText(cost)}${estimated ? ", estimated" : ""}`;
  return `${stepText(at)}: ${words}`;
}

type Bar = { readonly at: string; readonly cost: number | null; readonly estimated: boolean };

function mergeSteps(steps: readonly UsageStep[]): Bar[] {
  const size = Math.max(1, Math.ceil(steps.length / MOST_BARS));
  const bars: Bar[] = [];
  for (let from = 0; from < steps.length; from += size) {
    const part = steps.slice(from, from + size);
    const costs = part.flatMap(({ cost }) => cost ?? []);
    bars.push({
      at: part[0]?.at ?? "",
      cost: costs.length === 0 ? null : costs.reduce((all, cost) => all + cost, 0),
      estimated: part.some(({ estimated }) => estimated),
    });
  }
  return bars;
}

/** The next of 1, 2, 2.5 and 5 times a power of ten. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 2.5, 5].find((factor) => factor * power >= value) ?? 10);
}

/** A day as `2026-11-21`, an hour of it as `11-21 14:00`. */
function stepText(at: string): string {
  const time = wallTimeOf(at);
  if (!time) return at;
  return time.clock === "00:00" ? at.slice(0, 10) : `${at.slice(5, 10)} ${time.clock}`;
}
