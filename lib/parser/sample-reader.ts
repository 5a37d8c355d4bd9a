import type { ExpositionFormat } from "./exposition-format.ts";
import { PlainLineReader } from "./grammar/plain-line.ts";
import { parseSampleLine } from "./grammar/sample-line.ts";
import { LabelCache } from "./label-cache.ts";
import { type NameEntry, NameTable } from "./name-table.ts";
import type { ProblemReason, Sample } from "./page.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Reads the sample lines of one page: each value goes into the sum of its name, wanted ones are kept with their labels. */
export class SampleReader {
  readonly samples: Sample[] = [];
  readonly #format: ExpositionFormat;
  readonly #names: NameTable;
  readonly #plainLines = new PlainLineReader();
  readonly #labels = new LabelCache();
  #count = 0;
  #hasExemplars = false;

  constructor(wants: (name: string) => boolean, format: ExpositionFormat) {
    this.#names = new NameTable(wants);
    this.#format = format;
  }

  /** Good samples, wanted or not. */
  get count(): number {
    return this.#count;
  }

  get hasExemplars(): boolean {
    return this.#hasExemplars;
  }

  sums(): Map<string, number> {
    return this.#names.sums();
  }

  /** Reads the line from `from`, where its first token begins, to `to`; says what is wrong with it, if anything. */
  read(bytes: Buffer, from: number, to: number, line: number): ProblemReason | undefined {
    return this.#readPlain(bytes, from, to, line) ? undefined : this.#readAny(bytes, from, to, line);
  }

  /** False, and nothing done, where the line is not plain or its labels are wanted and bad. */
  #readPlain(bytes: Buffer, from: number, to: number, line: number): boolean {
    const entry = this.#names.entryAt(bytes, from, to);
    if (entry === undefined) return false;
    const plain = this.#plainLines.read(bytes, from + entry.name.length, to);
    if (plain === undefined) return false;
    if (entry.isWanted) {
      const labels = this.#labels.read(bytes, plain.labelsFrom, plain.labelsTo);
      if (labels === undefined) return false;
      this.samples.push({ name: entry.name, labels, value: plain.value, line });
    }
    this.#add(entry, plain.value);
    return true;
  }

  #readAny(bytes: Buffer, from: number, to: number, line: number): ProblemReason | undefined {
    const text = decodeUtf8(bytes, from, to);
    if (text === undefined) return "bad_utf8";
    const parsed = parseSampleLine(text, this.#format);
    if (parsed.kind === "bad") return parsed.reason;
    const { name, labels, value, hasExemplar } = parsed;
    const entry = this.#names.entry(name);
    if (entry.isWanted) this.samples.push({ name, labels, value, line });
    this.#add(entry, value);
    this.#hasExemplars ||= hasExemplar;
    return undefined;
  }

  #add(entry: NameEntry, value: number): void {
    entry.sum = (entry.sum ?? 0) + value;
    this.#count++;
  }
}
