import { ByteReader, ByteWriter } from "./byte-writer.ts";

/** A set of whole numbers as few bytes: sorted, each as its distance from the one before. */
export function numberSetBytes(numbers: Iterable<number>): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  let last = 0;
  for (const number of Float64Array.from(new Set(numbers)).sort()) {
    writer.whole(number - last);
    last = number;
  }
  return writer.finish();
}

/** Adds the numbers that `numberSetBytes` wrote to a set. */
export function addNumberSet(bytes: Uint8Array, into: Set<number>): void {
  const reader = new ByteReader(bytes);
  let last = 0;
  while (!reader.isAtEnd) {
    last += reader.whole();
    into.add(last);
  }
}
