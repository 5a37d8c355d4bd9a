import type { ExitName } from "../exit-code.ts";

/** What a check found: all is well, something to know, or something that is wrong and with which exit code. */
export type Finding = {
  /** What was looked at, in a word or two. */
  readonly about: string;
  /** What was seen, in one line without a final period. */
  readonly message: string;
  /** What to type or to change. */
  readonly hint?: string;
} & (
  | { readonly level: "ok" | "note" }
  | { readonly level: "problem"; readonly exit: Extract<ExitName, "usage" | "unreachable" | "database"> }
);
