import type { Mutant } from "./mutants.ts";

/** A change that no test can notice, and why; it is known by its line, which may move. */
type Explanation = { readonly file: string; readonly line: string; readonly after: string; readonly why: string };

const EXPLANATIONS: readonly Explanation[] = [];

/** Why a mutant of a line is none that a test could notice; undefined where it is. */
export function explanationOf(file: string, line: string, { after }: Mutant): string | undefined {
  return EXPLANATIONS.find((known) => known.file === file && known.line === line && known.after === after.trim())?.why;
}
