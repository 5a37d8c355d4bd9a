import type { Page, Problem, ProblemReason } from "./page.ts";

const MAX_SHOWN = 5;

/** Counts the lines that were left out and keeps the first few. */
export class ProblemLog {
  #count = 0;
  readonly #first: Problem[] = [];

  add(line: number, reason: ProblemReason, excerpt: () => string): void {
    this.#count++;
    if (this.#first.length < MAX_SHOWN) this.#first.push({ line, reason, excerpt: excerpt() });
  }

  summary(): Page["skipped"] {
    return { count: this.#count, first: this.#first };
  }
}
