/** A source of numbers from 0 up to (not including) 1. */
export type Random = () => number;

/** One input: what it is, to be kept where it is a finding, and the way to try it, which throws where it is one. */
type Attempt = {
  readonly input: string | Uint8Array;
  run(): void | Promise<void>;
};

/** A part of the program that is given inputs. The same numbers give the same input, whatever was tried before. */
export type Target = {
  readonly name: string;
  /** Inputs of the short run among the tests. */
  readonly inTests: number;
  open(): Promise<OpenTarget>;
};

export type OpenTarget = AsyncDisposable & { attempt(random: Random): Attempt };

/** A whole number from 0 up to (not including) `end`. */
export function below(random: Random, end: number): number {
  return Math.floor(random() * end);
}

/** One of some items. */
export function oneOf<T>(random: Random, items: readonly T[]): T {
  if (items.length === 0) throw new RangeError("There is nothing to choose from");
  // The place is one of the list.
  return items[below(random, items.length)] as T;
}

/** What a bug would show of itself: frames of a stack, and names of runtime errors. */
const STACK = /^\s+at .+:\d+|\$bunfs|node_modules|\b(TypeError|RangeError|ReferenceError|SyntaxError|SQLiteError)\b/m;

/** Throws where a text that people see shows the inside of the program. */
export function expectNoStack(text: string): void {
  const found = STACK.exec(text);
  if (found) throw new Error(`A bug shows itself: ${text.slice(Math.max(0, found.index - 200), found.index + 400)}`);
}
