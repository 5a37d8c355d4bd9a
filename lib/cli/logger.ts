const LEVELS = ["debug", "info", "warning", "error"] as const;
type Level = (typeof LEVELS)[number];

/** Facts beside a log line's message. */
type Fields = Readonly<Record<string, string | number | boolean>>;

/** Writes log lines to stderr: one line an event. */
export type Logger = { readonly [L in Level]: (message: string, fields?: Fields) => void };

/** Makes a logger; `scrub` takes secrets out of whatever is written. */
export function createLogger(options: {
  readonly level: Level;
  readonly format: "text" | "json";
  readonly write: (text: string) => void;
  readonly now: () => number;
  readonly scrub: (text: string) => string;
}): Logger {
  const log = (level: Level) => (message: string, fields?: Fields) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(options.level)) return;
    const time = new Date(options.now()).toISOString();
    const line =
      options.format === "json"
        ? JSON.stringify({ time, level, message, ...fields })
        : `${time} ${level} ${message.replaceAll("\n", " ")}`;
    options.write(`${options.scrub(line)}\n`);
  };
  return { debug: log("debug"), info: log("info"), warning: log("warning"), error: log("error") };
}
