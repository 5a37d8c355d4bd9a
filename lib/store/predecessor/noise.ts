/** The predecessor adds up label sets in whatever order they stand; sums of dollars differ by this part of themselves. */
const NOISE = 1e-9;

/** Whether a sum is lower than another by more than the noise of adding up. */
export function isLower(value: number, than: number): boolean {
  return value < than - Math.abs(than) * NOISE;
}

/** Whether two sums are the same but for the noise of adding up numbers as high as `scale`. */
export function isSame(a: number, b: number, scale: number): boolean {
  return Math.abs(a - b) <= Math.abs(scale) * NOISE;
}
