import { readFileSync } from "node:fs";
import type { Io } from "./io.ts";
import { writeAll } from "./io.ts";

/** The parts of `process` that the program uses. */
export type ProcessLike = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  on(signal: "SIGINT" | "SIGTERM" | "SIGWINCH", listener: () => void): unknown;
  off(signal: "SIGWINCH", listener: () => void): unknown;
  exit(code: number): never;
};

const STDOUT = 1;
const STDERR = 2;
/** What a shell reports of a program that a second SIGINT ended. */
const INTERRUPTED = 130;

/** The real outside. */
export function processIo(process: ProcessLike): Io {
  return {
    argv: process.argv.slice(2),
    env: process.env,
    out: (text) => writeAll(STDOUT, text),
    err: (text) => {
      try {
        writeAll(STDERR, text);
      } catch {
        // Nobody reads stderr, so there is nobody to tell.
      }
    },
    outIsTerminal: process.stdout.isTTY === true,
    outColumns: process.stdout.columns,
    outSize: () => ({ columns: process.stdout.columns, rows: process.stdout.rows }),
    onResize: (listener) => {
      process.on("SIGWINCH", listener);
      return () => process.off("SIGWINCH", listener);
    },
    stdin: () => Bun.stdin.stream(),
    readFile: (path) => readFileSync(path, "utf8"),
    now: () => Date.now(),
    stopSignal: () => stopSignal(process),
  };
}

function stopSignal(process: ProcessLike): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      controller.abort();
    });
  }
  return controller.signal;
}
