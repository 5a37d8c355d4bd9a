import { until } from "./binary.ts";

/** A pseudo-terminal with a program in it, and what a person would see there. */
export type Terminal = AsyncDisposable & {
  readonly pid: number;
  /** Every byte so far, as text. */
  written(): string;
  /** The lines of the screen as they stand, without blanks at their ends. */
  screen(): string[];
  /** Whether the screen is the other one, without a cursor, or lines are not broken. */
  modes(): { readonly isOther: boolean; readonly hasCursor: boolean; readonly breaksLines: boolean };
  type(text: string): void;
  resize(columns: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /** Waits until the screen holds a text, or none. */
  shows(text: string | RegExp): Promise<void>;
  readonly exited: Promise<number | null>;
};

/** Starts a program in a pseudo-terminal. */
export function openTerminal(
  command: readonly string[],
  options: { readonly env: Record<string, string>; readonly columns?: number; readonly rows?: number },
): Terminal {
  let text = "";
  let rows = options.rows ?? 24;
  const decoder = new TextDecoder();
  const child = Bun.spawn([...command], {
    env: { TERM: "xterm-256color", LANG: "C.UTF-8", PATH: process.env["PATH"] ?? "", ...options.env },
    terminal: {
      cols: options.columns ?? 80,
      rows,
      data: (_, bytes) => {
        text += decoder.decode(bytes, { stream: true });
      },
    },
  });
  const screen = () => linesOf(text, rows);
  const terminal = () => {
    if (!child.terminal) throw new Error("The program has no terminal");
    return child.terminal;
  };
  return {
    pid: child.pid,
    written: () => text,
    screen,
    modes: () => ({
      isOther: isOn(text, 1049, false),
      hasCursor: isOn(text, 25, true),
      breaksLines: isOn(text, 7, true),
    }),
    type: (keys) => void terminal().write(keys),
    resize(columns, newRows) {
      rows = newRows;
      terminal().resize(columns, newRows);
    },
    kill: (signal) => child.kill(signal),
    async shows(expected) {
      await until(`the terminal shows ${expected}, not ${JSON.stringify(screen())}`, () => {
        const shown = screen().join("\n");
        return typeof expected === "string" ? shown.includes(expected) : expected.test(shown);
      });
    },
    exited: child.exited.then(() => child.exitCode),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
      child.terminal?.close();
    },
  };
}

/** Whether a private mode of the terminal is on after a text. */
function isOn(text: string, mode: number, atFirst: boolean): boolean {
  const last = [...text.matchAll(new RegExp(`\\x1b\\[\\?${mode}([hl])`, "g"))].at(-1);
  return last ? last[1] === "h" : atFirst;
}

/** Plays a text on a screen that knows: home, erase to the end of line or screen, the other screen, CR and LF. */
function linesOf(text: string, rows: number): string[] {
  let lines: string[] = [];
  let row = 0;
  let column = 0;
  for (const [token] of Bun.stripANSI(marked(text)).matchAll(/[\ue000-\ue002]|\r|\n|[^\ue000-\ue002\r\n]+/gu)) {
    const line = lines[row] ?? "";
    if (token === "\ue000") [row, column] = [0, 0];
    else if (token === "\ue001") lines[row] = line.slice(0, column);
    else if (token === "\ue002") lines = [...lines.slice(0, row), line.slice(0, column)];
    else if (token === "\r") column = 0;
    else if (token === "\n") row = Math.min(row + 1, rows - 1);
    else {
      lines[row] = line.slice(0, column).padEnd(column) + token + line.slice(column + token.length);
      column += token.length;
    }
  }
  return lines.map((line) => line.trimEnd());
}

/** Moves as characters that no name has, so that colours can be taken out around them. */
function marked(text: string): string {
  return text.replaceAll("\x1b[H", "\ue000").replaceAll("\x1b[K", "\ue001").replaceAll("\x1b[J", "\ue002");
}
