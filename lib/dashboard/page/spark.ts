import { svg } from "./dom.ts";

const HEIGHT = 26;
const STEP = 10;
const BAR = 7;
const LEAST = 1.5;

/** Small columns that show how amounts went; decoration, as the same numbers stand elsewhere as text. */
export function spark(amounts: readonly (number | null)[]): SVGElement {
  const highest = Math.max(...amounts.map((amount) => amount ?? 0), 0);
  const bars = amounts.flatMap((amount, index) => {
    if (amount === null || highest === 0) return [];
    const height = Math.max(LEAST, (amount / highest) * HEIGHT);
    return [svg("rect", { x: index * STEP, y: HEIGHT - height, width: BAR, height, rx: 1.2 })];
  });
  const width = Math.max(24, amounts.length) * STEP;
  const viewBox = `0 0 ${width} ${HEIGHT}`;
  return svg("svg", { class: "spark", viewBox, preserveAspectRatio: "none", "aria-hidden": "true" }, ...bars);
}
