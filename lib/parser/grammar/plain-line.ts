import { BACKSLASH, CLOSING_BRACE, COMMA, EQUALS, OPENING_BRACE, QUOTE, SPACE } from "./characters.ts";
import { parseNumberAt } from "./number.ts";

/** A line `name value` or `name{…"} value`: its value, and where its label text stands. */
type PlainLine = { readonly value: number; readonly labelsFrom: number; readonly labelsTo: number };

/** Reads plain lines without looking at their labels; any other line is undefined, and left to the whole grammar. */
export class PlainLineReader {
  #bytes: Buffer | undefined;
  #closingBrace = -1;

  read(bytes: Buffer, nameEnd: number, to: number): PlainLine | undefined {
    const hasLabels = bytes[nameEnd] === OPENING_BRACE;
    const labelsFrom = hasLabels ? nameEnd + 1 : nameEnd;
    const labelsTo = hasLabels ? this.#closingBraceFrom(bytes, labelsFrom) : nameEnd;
    const space = hasLabels ? labelsTo + 1 : nameEnd;
    if (space >= to || bytes[space] !== SPACE || (hasLabels && !endsLabels(bytes, labelsTo))) return undefined;
    const value = parseNumberAt(bytes, space + 1, to);
    return value === undefined ? undefined : { value, labelsFrom, labelsTo };
  }

  /** Searches on from the last one found, so that lines without a brace do not make the search quadratic. */
  #closingBraceFrom(bytes: Buffer, from: number): number {
    if (this.#bytes !== bytes) {
      this.#bytes = bytes;
      this.#closingBrace = -1;
    }
    if (this.#closingBrace < from) {
      const found = bytes.indexOf(CLOSING_BRACE, from);
      this.#closingBrace = found < 0 ? bytes.length : found;
    }
    return this.#closingBrace;
  }
}

/** False where the brace may stand inside a label value, which an escaped or an opening quote before it can mean. */
function endsLabels(bytes: Buffer, brace: number): boolean {
  const quote = bytes[brace - 1] === COMMA ? brace - 2 : brace - 1;
  const before = bytes[quote - 1];
  return bytes[quote] === QUOTE && before !== BACKSLASH && before !== EQUALS;
}
