import type { LabelSet } from "./label-set.ts";

export type Sample = {
  readonly name: string;
  readonly labels: LabelSet;
  /** As the page gives it: may be NaN or infinite. */
  readonly value: number;
  /** Counted from 1. */
  readonly line: number;
};

export type ProblemReason =
  | "bad_name"
  | "bad_labels"
  | "bad_value"
  | "bad_timestamp"
  | "bad_exemplar"
  | "bad_utf8"
  | "trailing_text"
  | "too_long"
  | "after_eof";

/** A line that was left out. */
export type Problem = {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: ProblemReason;
  /** The beginning of the line, at most 80 characters, safe to print. */
  readonly excerpt: string;
};

export type Page = {
  /** The samples of wanted names, in page order. */
  readonly samples: readonly Sample[];
  /** Name to type of every `# TYPE` line. */
  readonly families: ReadonlyMap<string, string>;
  /** Every sample name of the page to the sum over its label sets, duplicates included. */
  readonly sums: ReadonlyMap<string, number>;
  /** Good samples, wanted or not. */
  readonly sampleCount: number;
  /** Bad lines: how many, and the first five. */
  readonly skipped: { readonly count: number; readonly first: readonly Problem[] };
  readonly bytes: number;
};

export type RefusalReason = "empty" | "html" | "json" | "cut_off" | "not_exposition";

/** A body that must not be counted; the message says what came and what was expected. */
export type Refusal = { readonly kind: "refused"; readonly reason: RefusalReason; readonly message: string };

export type PageOutcome = { readonly kind: "page"; readonly page: Page } | Refusal;
