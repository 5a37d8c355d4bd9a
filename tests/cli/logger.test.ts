import { describe, expect, test } from "bun:test";
import { createLogger } from "../../lib/cli/logger.ts";
import { scrubber } from "../../lib/scrape/redact-url.ts";
import { NOON } from "../support/api.ts";

const LEVELS = ["debug", "info", "warning", "error"] as const;

function logged(
  options: Partial<Parameters<typeof createLogger>[0]>,
  say: (log: ReturnType<typeof createLogger>) => void,
) {
  const lines: string[] = [];
  say(
    createLogger({
      level: "debug",
      format: "text",
      now: () => NOON,
      scrub: (text) => text,
      write: (text) => lines.push(text),
      ...options,
    }),
  );
  return lines;
}

test("a line has time, level and message", () => {
  expect(logged({}, (log) => log.warning("It is so", { seconds: 3 }))).toEqual([
    "2026-11-21T12:00:00.000Z warning It is so\n",
  ]);
});

test("a JSON line has the facts besides", () => {
  expect(logged({ format: "json" }, (log) => log.error('It is "so"\n', { seconds: 3, ok: false, url: "x" }))).toEqual([
    '{"time":"2026-11-21T12:00:00.000Z","level":"error","message":"It is \\"so\\"\\n","seconds":3,"ok":false,"url":"x"}\n',
  ]);
});

test.each(LEVELS)("%s leaves out what is less severe", (level) => {
  const lines = logged({ level }, (log) => {
    for (const each of LEVELS) log[each](each);
  });
  expect(lines.map((line) => line.trim().split(" ").at(-1))).toEqual([...LEVELS.slice(LEVELS.indexOf(level))]);
});

describe("a text line", () => {
  test.each([
    ["two\nlines", "two lines"],
    ["a stack\r\n    at b\n    at c", "a stack at b at c"],
    ["\u001b[31mred\u0007", "\\u{1b}[31mred\\u{7}"],
    ["turned\u202eround", "turned\\u{202e}round"],
    ["separated\u2028lines", "separated\\u{2028}lines"],
    ["ümläut 🦙", "ümläut 🦙"],
  ])("of %j stays one line that steers no terminal", (message, shown) => {
    expect(logged({}, (log) => log.info(message))).toEqual([`2026-11-21T12:00:00.000Z info ${shown}\n`]);
  });
});

describe("secrets", () => {
  const secret = 'k"e\\y\tß';

  test.each(["text", "json"] as const)(
    "are taken out of %s lines, in messages and facts, however they are written",
    (format) => {
      const lines = logged({ format, scrub: scrubber([secret]) }, (log) =>
        log.error(`sent ${secret} and ${encodeURIComponent(secret)}`, { header: `Bearer ${secret}` }),
      );
      const text = lines.join("");
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), "ß"]) {
        expect(text).not.toContain(form);
      }
      expect(text).toContain("sent *** and ***");
    },
  );
});
