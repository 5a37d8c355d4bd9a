import type { Grouping } from "../../query/question/usage-question.ts";
import { terminalOptions } from "../../report/terminal.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { ClosedPipe, type Io } from "../io.ts";
import { say } from "../say.ts";
import { render } from "./render.ts";
import type { ReportSource, Told } from "./source.ts";

const EVERY_MS = 1000;
/** Title, a blank line, header and a group: with less room a part of the table says nothing. */
const FEWEST_ROWS = 4;
/** The other screen, without a cursor and without breaking lines; and back to what was there before. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const TO_END_OF_LINE = "\x1b[K";
const TO_END_OF_SCREEN = "\x1b[J";

/**
 * Shows the table in place until the first SIGINT or SIGTERM. It is asked for once a second and drawn where it differs,
 * and drawn at once when the terminal has changed its size. The terminal is left as it was.
 */
export async function watchReport(
  source: ReportSource,
  by: readonly Grouping[],
  signal: AbortSignal,
  io: Io,
): Promise<ExitCode> {
  let told = await source.ask(io.now());
  if (told.kind === "untold") {
    say(io, told.message);
    return told.code;
  }
  const screen = openScreen(io);
  // A second signal would end the program before it came to the end of this function.
  signal.addEventListener("abort", screen.close, { once: true });
  try {
    let trouble: string | undefined;
    while (!signal.aborted) {
      screen.draw(await frame(told, trouble, by, io));
      if (!(await screen.nextTick(signal))) continue;
      const answer = await source.ask(io.now());
      if (answer.kind === "told") told = answer;
      trouble = answer.kind === "told" ? undefined : answer.message;
    }
    return EXIT.done;
  } finally {
    screen.close();
    signal.removeEventListener("abort", screen.close);
  }
}

/** The lines of one picture; what is wrong at the moment stands last. */
async function frame(told: Told, trouble: string | undefined, by: readonly Grouping[], io: Io): Promise<string[]> {
  const look = terminalOptions({ env: { ...io.env, COLUMNS: undefined }, isTTY: true, columns: io.outSize().columns });
  const notes = trouble === undefined ? told.notes : [...told.notes, `${trouble}; trying again`];
  const text = await render("table", { ...told, notes }, { by, now: io.now(), look, env: io.env });
  return text.trimEnd().split("\n");
}

type Screen = {
  /** Draws lines over those that are there; what has no room is counted in the last line. */
  draw(lines: readonly string[]): void;
  /** Waits until it is time to ask again (true), or the picture must be drawn anew (false). */
  nextTick(signal: AbortSignal): Promise<boolean>;
  /** Leaves the terminal as it was; does nothing the second time. */
  close(): void;
};

function openScreen(io: Io): Screen {
  let isOpen = true;
  let drawn = "";
  let wake: (() => void) | undefined;
  let dueAt = performance.now();
  const redraw = () => {
    drawn = "";
    wake?.();
  };
  const stops = [
    io.onResize(redraw),
    io.onSuspend(
      () => io.out(LEAVE),
      () => {
        io.out(ENTER);
        redraw();
      },
    ),
  ];
  io.out(ENTER);
  return {
    draw(lines) {
      const rows = io.outSize().rows ?? lines.length;
      const shown = fitRows(lines, rows);
      const text = `${HOME}${shown.map((line) => line + TO_END_OF_LINE).join("\r\n")}${TO_END_OF_SCREEN}`;
      if (text === drawn || !isOpen) return;
      drawn = text;
      io.out(text);
    },
    async nextTick(signal) {
      const now = performance.now();
      // A resize in between does not put the next question off.
      if (dueAt <= now) dueAt = now + EVERY_MS;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const stop = () => resolve(false);
      const timer = setTimeout(() => resolve(true), dueAt - now);
      wake = stop;
      signal.addEventListener("abort", stop);
      if (signal.aborted) stop();
      const isTime = await promise;
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      wake = undefined;
      return isTime;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      for (const stop of stops) stop();
      try {
        io.out(LEAVE);
      } catch (error) {
        // A terminal that has gone needs no tidying.
        if (!(error instanceof ClosedPipe)) throw error;
      }
    },
  };
}

/** Leaves out the last groups where the screen is too low for all, so that the total and what follows it stay. */
function fitRows(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const rule = lines.findLastIndex((line) => /^ (─+|-+)$/.test(Bun.stripANSI(line)));
  const end = rule > 0 ? lines.slice(rule) : [];
  const room = rows - end.length - 1;
  if (room < FEWEST_ROWS) return lines.slice(0, rows);
  const begin = lines.slice(0, room);
  return [...begin, ` (${lines.length - begin.length - end.length} more lines)`, ...end];
}
