import { excerptOf } from "./excerpt.ts";
import type { ExpositionFormat } from "./exposition-format.ts";
import { CARRIAGE_RETURN, HASH, isBlank } from "./grammar/characters.ts";
import { parseCommentLine } from "./grammar/comment-line.ts";
import { LineSplitter, MAX_LINE_BYTES } from "./line-splitter.ts";
import type { PageOutcome, ProblemReason } from "./page.ts";
import { ProblemLog } from "./problem-log.ts";
import { refusalOf } from "./refusal.ts";
import { SampleReader } from "./sample-reader.ts";

type PageParserOptions = {
  /** Asked once for each sample name. */
  readonly wants: (name: string) => boolean;
  readonly format: ExpositionFormat;
};

/**
 * A parser for one page of the Prometheus text format 0.0.4 or OpenMetrics 1.0, fed with chunks cut anywhere. It throws
 * on no input: bad lines are left out and counted, a body that is not a whole page is refused. Of samples that nobody
 * wants the value is read, and the labels only as far as it takes to find it.
 */
export class PageParser {
  readonly #format: ExpositionFormat;
  readonly #lines = new LineSplitter((bytes, from, to) => this.#readLine(bytes, from, to));
  readonly #samples: SampleReader;
  readonly #families = new Map<string, string>();
  readonly #problems = new ProblemLog();
  #byteCount = 0;
  #lineCount = 0;
  #opening = "";
  #hasMetadata = false;
  #hasUnits = false;
  #isEnded = false;

  constructor({ wants, format }: PageParserOptions) {
    this.#format = format;
    this.#samples = new SampleReader(wants, format);
  }

  push(chunk: Uint8Array): void {
    this.#byteCount += chunk.byteLength;
    this.#lines.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }

  /** The page or why it is refused; to be called once, after the last chunk. */
  finish(): PageOutcome {
    const endsWithNewline = this.#lines.finish();
    const sums = this.#samples.sums();
    const isOpenMetrics =
      this.#format === "openmetrics" || (this.#format === "unknown" && this.#showsOpenMetrics(sums));
    const refusal = refusalOf({
      opening: this.#opening,
      isExposition: this.#hasMetadata || this.#samples.count > 0,
      isOpenMetrics,
      isComplete: isOpenMetrics ? this.#isEnded : endsWithNewline,
      lineCount: this.#lineCount,
    });
    if (refusal !== undefined) return refusal;
    return {
      kind: "page",
      page: {
        samples: this.#samples.samples,
        families: this.#families,
        sums,
        sampleCount: this.#samples.count,
        skipped: this.#problems.summary(),
        bytes: this.#byteCount,
      },
    };
  }

  #readLine(bytes: Buffer, lineFrom: number, lineTo: number): void {
    this.#lineCount++;
    const to = bytes[lineTo - 1] === CARRIAGE_RETURN ? lineTo - 1 : lineTo;
    let from = lineFrom;
    while (from < to && isBlank(bytes[from])) from++;
    const isTooLong = lineTo - lineFrom > MAX_LINE_BYTES;
    if (from === to && !isTooLong) return;
    this.#opening ||= excerptOf(bytes, from, to);
    const problem = isTooLong ? "too_long" : this.#readTokens(bytes, from, to);
    if (problem !== undefined) this.#problems.add(this.#lineCount, problem, () => excerptOf(bytes, from, to));
  }

  #readTokens(bytes: Buffer, from: number, to: number): ProblemReason | undefined {
    if (this.#isEnded) return "after_eof";
    if (bytes[from] === HASH) {
      this.#readComment(bytes.toString("utf8", from, to));
      return undefined;
    }
    return this.#samples.read(bytes, from, to, this.#lineCount);
  }

  #readComment(text: string): void {
    const comment = parseCommentLine(text);
    switch (comment.kind) {
      case "type":
        this.#families.set(comment.name, comment.type);
        this.#hasMetadata = true;
        break;
      case "help":
        this.#hasMetadata = true;
        break;
      case "unit":
        this.#hasUnits = true;
        break;
      case "eof":
        this.#isEnded = this.#format !== "text";
        break;
      case "other":
        break;
      default:
        comment satisfies never;
    }
  }

  #showsOpenMetrics(sums: ReadonlyMap<string, number>): boolean {
    return this.#isEnded || this.#hasUnits || this.#samples.hasExemplars || hasSuffixedCounter(this.#families, sums);
  }
}

/** OpenMetrics declares a counter without the `_total` of its samples, the text format with it. */
function hasSuffixedCounter(families: ReadonlyMap<string, string>, sums: ReadonlyMap<string, number>): boolean {
  return [...families].some(([name, type]) => {
    const sampleName = `${name}_total`;
    return type === "counter" && sums.has(sampleName) && !sums.has(name) && !families.has(sampleName);
  });
}
