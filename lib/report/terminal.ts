/** How a report may look where it is printed. */
export type TerminalLook = {
  /** Cells in a line. */
  readonly width: number;
  readonly colour: boolean;
  /** Whether box and block characters can be read there; ASCII alone otherwise. */
  readonly unicode: boolean;
};

const USUAL_WIDTH = 120;
const LEAST_WIDTH = 20;
const OFF = ["", "0", "false"];

/**
 * The look that fits a stream: colour and Unicode on a terminal only, or where FORCE_COLOR says that a pipe ends in one.
 * NO_COLOR wins over FORCE_COLOR, and this over TERM=dumb.
 */
export function terminalOptions(stream: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
  readonly columns: number | undefined;
}): TerminalLook {
  const { env, isTTY, columns } = stream;
  const isForced = !OFF.includes(env["FORCE_COLOR"] ?? "");
  const isRefused = (env["NO_COLOR"] ?? "") !== "";
  return {
    width: Math.max(LEAST_WIDTH, columnsSetting(env["COLUMNS"]) ?? ((isTTY && columns) || USUAL_WIDTH)),
    colour: !isRefused && (isForced || (isTTY && env["TERM"] !== "dumb")),
    unicode: (isTTY || isForced) && readsUnicode(env),
  };
}

/** Whether the locale of an environment has characters beyond ASCII. */
export function readsUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(locale(env));
}

function columnsSetting(text: string | undefined): number | undefined {
  return /^[1-9]\d{0,4}$/.test(text ?? "") ? Number(text) : undefined;
}

/** The locale of characters: the first of the three that is set, as POSIX orders them. */
function locale(env: Readonly<Record<string, string | undefined>>): string {
  return env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
}
