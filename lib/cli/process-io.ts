import { fstatSync, readFileSync, statSync } from "node:fs";
import type { isatty } from "node:tty";
import type { Io } from "./io.ts";
import { writeAll } from "./io.ts";

type Watched = "SIGWINCH" | "SIGTSTP" | "SIGCONT";

/** The parts of `process` that the program uses. */
export type ProcessLike = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly columns?: number; readonly rows?: number };
  readonly pid: number;
  on(signal: "SIGINT" | "SIGTERM" | Watched, listener: () => void): unknown;
  off(signal: Watched, listener: () => void): unknown;
  kill(pid: number, signal: "SIGSTOP"): unknown;
  exit(code: number): never;
};

const STDOUT = 1;
const STDERR = 2;
/** What a shell reports of a program that a second SIGINT ended. */
const INTERRUPTED = 130;

/** The real outside. */
export function processIo(process: ProcessLike): Io {
  const outIsTerminal = isTerminal(STDOUT);
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
    outIsTerminal,
    outSize: () => {
      const { columns, rows } = outIsTerminal ? process.stdout : {};
      // A terminal that does not know its size, as in some containers, says 0.
      return { columns: columns || undefined, rows: rows || undefined };
    },
    onSuspend: (leave, back) => {
      const suspend = () => {
        leave();
        process.kill(process.pid, "SIGSTOP");
      };
      process.on("SIGTSTP", suspend);
      process.on("SIGCONT", back);
      return () => {
        process.off("SIGTSTP", suspend);
        process.off("SIGCONT", back);
      };
    },
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

/**
 * Whether a descriptor is a terminal. Only a device that swallows nothing can be one: asking Node costs 6 ms, and
 * `process.stdout` loads all of its streams in 20 ms, which a pipe, a file and cron need not wait for.
 */
function isTerminal(descriptor: number): boolean {
  try {
    const found = fstatSync(descriptor);
    if (!found.isCharacterDevice() || found.rdev === statSync("/dev/null").rdev) return false;
  } catch {
    return false; // It is closed.
  }
  const { isatty: ask }: { readonly isatty: typeof isatty } = require("node:tty");
  return ask(descriptor);
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
