import { isAscii } from "node:buffer";
import { parseLabelText } from "./grammar/label-text.ts";
import { PlainLabels } from "./grammar/plain-labels.ts";
import type { LabelSet } from "./label-set.ts";
import { decodeUtf8 } from "./utf8.ts";

/** The label sets of one page, each read once: the counters of a request and their `_created` twins all repeat it. */
export class LabelCache {
  readonly #known = new Map<string, LabelSet | undefined>();
  readonly #plain = new PlainLabels();

  /** The label set that the bytes between two braces spell, undefined where they spell anything else. */
  read(bytes: Buffer, from: number, to: number): LabelSet | undefined {
    // Latin-1 costs no check and keeps different bytes apart, so it serves as key for UTF-8 too.
    const key = bytes.toString("latin1", from, to);
    if (!this.#known.has(key))
      this.#known.set(key, this.#readOnce(isAscii(bytes.subarray(from, to)) ? key : decodeUtf8(bytes, from, to)));
    return this.#known.get(key);
  }

  #readOnce(text: string | undefined): LabelSet | undefined {
    if (text === undefined) return undefined;
    const plain = this.#plain.read(text);
    if (plain) return plain;
    const parsed = parseLabelText(text);
    return parsed?.name === undefined ? parsed?.labels : undefined;
  }
}
