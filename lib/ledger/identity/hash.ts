import { IdentityHash } from "../batch/identity.ts";

/** Two 32-bit halves of a 64-bit hash; a buffer of two numbers, high first, that a loop may use again and again. */
export type Halves = Uint32Array;

/**
 * The 64-bit hash of a text (or of its UTF-8 bytes) in two halves, never 0 and 0, which means none. Every source of a
 * ledger has to hash by `IdentityHash`: a record is known again by it.
 */
export function hashText(text: string | Uint8Array, into: Halves, hash = new IdentityHash()): void {
  if (typeof text === "string") hash.ofText(text);
  else hash.ofBytes(new DataView(text.buffer, text.byteOffset, text.byteLength), 0, text.byteLength);
  into[0] = hash.high;
  into[1] = hash.low;
}
