import { harmless } from "../config/mask.ts";
import { harmlessJson } from "../query/json-text.ts";

const LEVELS = ["debug", "info", "warning", "error"] as const;
type Level = (typeof LEVELS)[number];

/** Facts beside a log line's message; only the JSON format shows them. */
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
  const { format, scrub } = options;
  const lineOf = (level: Level, message: string, fields: Fields): string => {
    const time = new Date(options.now()).toISOString();
    // Secrets go first: in JSON or made harmless, one with a quote in it would no longer be found.
    const text = scrub(message);
    if (format === "text") return `${time} ${level} ${harmless(text.replace(/\s*[\r\n]+\s*/g, " "))}`;
    const scrubbed = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? scrub(value) : value,
    ]);
    return harmlessJson(JSON.stringify({ time, level, message: text, ...Object.fromEntries(scrubbed) }));
  };
  const log =
    (level: Level) =>
    (message: string, fields: Fields = {}) => {
      if (LEVELS.indexOf(level) >= LEVELS.indexOf(options.level)) options.write(`${lineOf(level, message, fields)}\n`);
    };
  return { debug: log("debug"), info: log("info"), warning: log("warning"), error: log("error") };
}
