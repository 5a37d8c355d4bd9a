/** Two 32-bit halves of a 64-bit hash; a buffer of two numbers, high first, that a loop may use again and again. */
export type Halves = Uint32Array;

const HALF = 32n;
const LOW = 0xffff_ffffn;

/**
 * The 64-bit hash of a text (or of its UTF-8 bytes) in two halves, never 0 and 0, which means none. Every source of a
 * ledger has to hash by this function: a record is known again by it.
 */
export function hashText(text: string | Uint8Array, into: Halves): void {
  const hash = Bun.hash.wyhash(text, 0n);
  into[0] = Number(hash >> HALF);
  into[1] = Number(hash & LOW);
  if (hash === 0n) into[1] = 1;
}
