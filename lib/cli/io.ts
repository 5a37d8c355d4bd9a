import { writeSync } from "node:fs";
import { errorCode } from "../store/open/error-code.ts";

/** Everything that a command needs from the outside. */
export type Io = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes the answer. Throws `ClosedPipe` when nobody reads it any more, `UnwritableOutput` when it cannot be taken. */
  readonly out: (text: string) => void;
  /** Writes words for people. Never throws. */
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
  /** Columns and rows of the terminal at this moment; undefined off one. */
  readonly outSize: () => OutSize;
  /** Calls back when the terminal has changed its size, until the returned function is called. */
  readonly onResize: (listener: () => void) => () => void;
  /** Calls back before the program is suspended (Ctrl-Z) and when it goes on, until the returned function is called. */
  readonly onSuspend: (leave: () => void, back: () => void) => () => void;
  readonly stdin: () => ReadableStream<Uint8Array>;
  readonly readFile: (path: string) => string;
  readonly now: () => number;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly stopSignal: () => AbortSignal;
};

/** Columns and rows in which stdout is shown; undefined off a terminal. */
type OutSize = { readonly columns: number | undefined; readonly rows: number | undefined };

/** The reader of stdout has gone, as in `report | head -1`: a quiet end. */
export class ClosedPipe extends Error {}

/** Stdout or a file does not take the answer: one line for people, exit code 1. */
export class UnwritableOutput extends Error {}

const RETRY_MS = 5;

/** Writes text to a file descriptor whole, also where it is a pipe that is full. */
export function writeAll(descriptor: number, text: string): void {
  let rest: Uint8Array = new TextEncoder().encode(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const code = errorCode(error);
      if (code === "EPIPE") throw new ClosedPipe("The reader of the output has gone");
      if (code === "ENOSPC") throw new UnwritableOutput("Cannot write the output: no space is left for it");
      if (code === "EBADF") throw new UnwritableOutput("Cannot write the output: stdout is closed");
      if (code !== "EAGAIN") throw error;
      Bun.sleepSync(RETRY_MS);
    }
  }
}
