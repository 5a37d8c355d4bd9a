import { LabelSet } from "../label-set.ts";

/** A label name with what stands around it between two values. */
const NAME = /^,?([a-zA-Z_]\w*)=$/;

/**
 * Reads label text as LiteLLM writes it: nothing escaped, no blanks, so that every quote begins or ends a value. Any other
 * text is undefined, and left to the whole grammar.
 */
export class PlainLabels {
  /** Names by what stands before their value, of which a page has few. */
  readonly #names = new Map<string, string | undefined>();

  read(text: string): LabelSet | undefined {
    if (text.includes("\\")) return undefined;
    const parts = text.split('"');
    const rest = parts.length - 1;
    if (rest % 2 !== 0 || (parts[rest] !== "" && (parts[rest] !== "," || rest === 0))) return undefined;
    const pairs: [name: string, value: string][] = [];
    for (let at = 0; at < rest; at += 2) {
      const before = parts[at] ?? "";
      const name = before.startsWith(",") === at > 0 ? this.#nameIn(before) : undefined;
      if (name === undefined) return undefined;
      pairs.push([name, parts[at + 1] ?? ""]);
    }
    return LabelSet.of(pairs);
  }

  #nameIn(before: string): string | undefined {
    if (!this.#names.has(before)) this.#names.set(before, NAME.exec(before)?.[1]);
    return this.#names.get(before);
  }
}
