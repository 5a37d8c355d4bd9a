/** A row of characters as high as the values, each the sum of `merged` neighbours; the lowest one is for zero alone. */
export function sparkLine(values: readonly number[], merged: number, ramp: readonly string[]): string {
  const bars = mergeNeighbours(values, merged);
  const most = bars.reduce((all, bar) => Math.max(all, bar), 0);
  const levels = ramp.length - 1;
  return bars
    .map((bar) => (bar > 0 ? Math.min(levels, Math.max(1, Math.ceil((bar / most) * levels))) : 0))
    .map((level) => ramp[level] ?? "")
    .join("");
}

function mergeNeighbours(values: readonly number[], size: number): number[] {
  const merged: number[] = [];
  for (let from = 0; from < values.length; from += size) {
    merged.push(values.slice(from, from + size).reduce((all, value) => all + value, 0));
  }
  return merged;
}
