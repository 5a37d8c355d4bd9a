import { isPeriod, PERIODS } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { excerpt } from "../excerpt.ts";
import { parseMoment } from "./parse-moment.ts";
import { type BadQuestion, bad, type QuestionWords, wordValue } from "./question-words.ts";
import type { Span } from "./usage-question.ts";

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 3660;
const LONGEST_MS = LONGEST_DAYS * DAY_MS;
const LONGEST_MONTH_MS = 31 * DAY_MS;
const UNITS: ReadonlyMap<string, number> = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", DAY_MS],
]);

/** Reads the stretch of time of a question: a period, `last`, or `since` and `until`, which exclude each other. */
export function parseSpan(words: QuestionWords, zone: Zone, now: number): Span | BadQuestion {
  const [period, last, since, until] = ["period", "last", "since", "until"].map((name) => wordValue(words, name));
  const given = Object.entries({ period, last, since: since ?? until }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (given.length > 1) return bad(`${given.join(" and ")} exclude each other, expected one of them`);
  if (last !== undefined) return parseLast(last);
  if (since !== undefined) return parseRange(since, until, zone, now);
  if (until !== undefined) return bad("until is given alone, expected since with it");
  const name = period ?? "today";
  if (!isPeriod(name)) return bad(`period is "${excerpt(name)}", expected one of ${PERIODS.join(", ")}`, PERIODS);
  return { kind: "period", period: name };
}

/** How long the stretch is at most, in milliseconds. */
export function longestOf(span: Span, now: number): number {
  switch (span.kind) {
    case "period":
      return LONGEST_MONTH_MS;
    case "last":
      return span.ms;
    case "range":
      return (span.until ?? now) - span.since;
    default:
      return span satisfies never;
  }
}

function parseLast(text: string): Span | BadQuestion {
  const match = /^(\d{1,7})([mhd])$/.exec(text);
  const ms = Number(match?.[1] ?? 0) * (UNITS.get(match?.[2] ?? "") ?? 0);
  if (ms > 0 && ms <= LONGEST_MS) return { kind: "last", text, ms };
  return bad(
    `last is "${excerpt(text)}", expected a number of minutes, hours or days up to ${LONGEST_DAYS}d, such as 90m, 12h or 7d`,
  );
}

function parseRange(since: string, until: string | undefined, zone: Zone, now: number): Span | BadQuestion {
  const from = parseMoment(since, zone)?.from;
  if (from === undefined) return badMoment("since", since);
  const to = until === undefined ? undefined : parseMoment(until, zone)?.to;
  if (until !== undefined && to === undefined) return badMoment("until", until);
  if (until !== undefined && to !== undefined && to <= from) {
    return bad(`until is "${excerpt(until)}", expected a moment after "${excerpt(since)}"`);
  }
  const span: Span = { kind: "range", since: from, until: to };
  if (longestOf(span, now) <= LONGEST_MS) return span;
  return bad(
    `since is "${excerpt(since)}", expected a moment at most ${LONGEST_DAYS} days before ${until === undefined ? "now" : "until"}`,
  );
}

function badMoment(name: string, text: string): BadQuestion {
  return bad(
    `${name} is "${excerpt(text)}", expected a date such as 2026-10-03 or an instant such as 2026-10-03T12:00:00Z, from 1970 on`,
  );
}
