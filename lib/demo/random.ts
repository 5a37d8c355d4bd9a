/** Mixes whole numbers into one of 32 bits; equal parts give equal results on every machine. */
export function hash32(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0), 0x85ebca6b);
    hash = Math.imul((hash ^ (hash >>> 13)) + Math.floor(part / 0x1_0000_0000), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** A source of numbers from 0 up to (not including) 1, determined by its seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Draws how many events fall into a slot in which `mean` are expected. */
export function drawCount(random: () => number, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** Draws a whole number of at least 1 around `median`, with the long tail of token counts. */
export function drawTokens(random: () => number, median: number): number {
  return median === 0 ? 0 : Math.max(1, Math.round(median * Math.exp(0.7 * drawNormal(random))));
}

/** Picks one item by weight; `undefined` only from an empty list. */
export function pickWeighted<T extends { readonly weight: number }>(
  random: () => number,
  items: readonly T[],
): T | undefined {
  let total = 0;
  for (const item of items) total += item.weight;
  let left = random() * total;
  for (const item of items) {
    left -= item.weight;
    if (left < 0) return item;
  }
  return items.at(-1);
}

/** Picks one item, each as likely as the other; `undefined` only from an empty list. */
export function pick<T>(random: () => number, items: readonly T[]): T | undefined {
  return items[Math.floor(random() * items.length)];
}

function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
