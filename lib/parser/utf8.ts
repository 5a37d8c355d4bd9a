import { isUtf8 } from "node:buffer";

/** The text of the bytes from `from` to `to`, undefined where they are not UTF-8. */
export function decodeUtf8(bytes: Buffer, from: number, to: number): string | undefined {
  return isUtf8(bytes.subarray(from, to)) ? bytes.toString("utf8", from, to) : undefined;
}
