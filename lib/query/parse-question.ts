import { isPeriod, PERIODS } from "../aggregator/window.ts";
import { createZone, isZoneName, type Zone } from "../aggregator/zone.ts";
import { DIMENSIONS, type Dimension } from "../litellm/dimensions.ts";
import { COUNTERS, type CounterName } from "../litellm/metrics.ts";
import type { UsageFilter } from "../store/usage-rows.ts";
import { parseMoment } from "./parse-moment.ts";
import { DEFAULT_QUESTION, type Grouping, type Span, STEPS, type Step, type UsageQuestion } from "./usage-question.ts";

/** A question as words: query parameters of the API, flags of `report`. A name may stand several times. */
export type QuestionWords = ReadonlyMap<string, readonly string[]>;

/** A word that is not understood: one line, and what there is instead. */
type BadQuestion = { readonly kind: "bad"; readonly error: string; readonly available?: readonly string[] };

export type ParsedQuestion =
  | { readonly kind: "question"; readonly question: UsageQuestion; readonly zone: Zone }
  | BadQuestion;

const GROUPINGS: readonly Grouping[] = [...DIMENSIONS, "day", "hour"];
const NAMES = ["period", "last", "since", "until", "by", "step", "top", "sort", "timezone", ...DIMENSIONS];
const UNITS: ReadonlyMap<string, number> = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
const LONGEST_MS = 3660 * 86_400_000;
const HIGHEST_TOP = 10_000;

/** Reads a usage question. `zone` holds where the words name none. */
export function parseQuestion(words: QuestionWords, zone: Zone): ParsedQuestion {
  const unknown = [...words.keys()].find((name) => !NAMES.includes(name));
  if (unknown !== undefined) return bad(`Unknown parameter "${excerpt(unknown)}"`, NAMES);
  const zoneName = single(words, "timezone");
  if (zoneName !== undefined && !isZoneName(zoneName)) {
    return bad(`timezone is "${excerpt(zoneName)}", expected an IANA name such as America/New_York`);
  }
  const asked = zoneName === undefined || zoneName === zone.name ? zone : createZone(zoneName);
  const span = parseSpan(words, asked);
  if (isBad(span)) return span;
  const by = parseBy(single(words, "by"));
  if (isBad(by)) return by;
  const step = parseWord<Step>(single(words, "step"), STEPS, "step");
  if (isBad(step)) return step;
  const sort = parseWord<CounterName>(single(words, "sort"), COUNTERS, "sort");
  if (isBad(sort)) return sort;
  const top = parseTop(single(words, "top"));
  if (isBad(top)) return top;
  const filters = parseFilters(words);
  return {
    kind: "question",
    zone: asked,
    question: { span, by, step, top, sort: sort ?? DEFAULT_QUESTION.sort, filters },
  };
}

/** Whether the answer names people: by, or filtered by, key, team, user or end user. */
export function namesPeople(question: UsageQuestion): boolean {
  const people: readonly string[] = ["key", "team", "user", "end_user"];
  return question.by.some((by) => people.includes(by)) || question.filters.some((f) => people.includes(f.dimension));
}

function parseSpan(words: QuestionWords, zone: Zone): Span | BadQuestion {
  const given = ["period", "last", "since"].filter((name) => words.has(name));
  if (given.length > 1) return bad(`${given.join(" and ")} exclude each other, expected one of them`);
  const last = single(words, "last");
  if (last !== undefined) return parseLast(last);
  if (words.has("since") || words.has("until")) return parseRange(words, zone);
  const period = single(words, "period") ?? "today";
  if (!isPeriod(period)) return bad(`period is "${excerpt(period)}", expected one of ${PERIODS.join(", ")}`, PERIODS);
  return { kind: "period", period };
}

function parseLast(text: string): Span | BadQuestion {
  const match = /^(\d{1,6})([mhd])$/.exec(text);
  const ms = Number(match?.[1] ?? 0) * (UNITS.get(match?.[2] ?? "") ?? 0);
  if (ms <= 0 || ms > LONGEST_MS) {
    return bad(
      `last is "${excerpt(text)}", expected a number of minutes, hours or days up to 3660d, such as 90m, 12h or 7d`,
    );
  }
  return { kind: "last", text, ms };
}

function parseRange(words: QuestionWords, zone: Zone): Span | BadQuestion {
  const since = single(words, "since");
  const until = single(words, "until");
  if (since === undefined) return bad("until needs since, expected both or since alone");
  const from = parseMoment(since, zone)?.from;
  if (from === undefined) return badMoment("since", since);
  if (until === undefined) return { kind: "range", since: from, until: undefined };
  const to = parseMoment(until, zone)?.to;
  if (to === undefined) return badMoment("until", until);
  if (to <= from) return bad(`until is "${excerpt(until)}", expected a moment after "${excerpt(since)}"`);
  if (to - from > LONGEST_MS) return bad("The range is longer than 3660 days, expected a shorter one");
  return { kind: "range", since: from, until: to };
}

function badMoment(name: string, text: string): BadQuestion {
  return bad(
    `${name} is "${excerpt(text)}", expected a date such as 2026-10-03 or an instant such as 2026-10-03T12:00:00Z`,
  );
}

function parseTop(text: string | undefined): number | undefined | BadQuestion {
  if (text === undefined) return undefined;
  const top = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (top >= 1 && top <= HIGHEST_TOP) return top;
  return bad(`top is "${excerpt(text)}", expected a whole number from 1 to ${HIGHEST_TOP}`);
}

function parseBy(text: string | undefined): readonly Grouping[] | BadQuestion {
  if (text === undefined) return DEFAULT_QUESTION.by;
  const found = text.split(",").map((word) => GROUPINGS.find((grouping) => grouping === word.trim()));
  const list = found.filter((word): word is Grouping => word !== undefined);
  if (list.length === found.length && new Set(list).size === list.length) return list;
  return bad(
    `by is "${excerpt(text)}", expected different ones of ${GROUPINGS.join(", ")}, joined by commas`,
    GROUPINGS,
  );
}

function parseWord<Word extends string>(
  text: string | undefined,
  known: readonly Word[],
  name: string,
): Word | undefined | BadQuestion {
  if (text === undefined) return undefined;
  return (
    known.find((word) => word === text) ??
    bad(`${name} is "${excerpt(text)}", expected one of ${known.join(", ")}`, known)
  );
}

function parseFilters(words: QuestionWords): UsageFilter[] {
  return DIMENSIONS.flatMap((dimension: Dimension) => {
    const values = words.get(dimension)?.filter((value) => value !== "") ?? [];
    return values.length > 0 ? [{ dimension, values }] : [];
  });
}

function single(words: QuestionWords, name: string): string | undefined {
  const value = words.get(name)?.at(-1);
  return value === "" ? undefined : value;
}

function bad(error: string, available?: readonly string[]): BadQuestion {
  return { kind: "bad", error, ...(available ? { available } : {}) };
}

function isBad(part: unknown): part is BadQuestion {
  return typeof part === "object" && part !== null && "kind" in part && part.kind === "bad";
}

function excerpt(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.slice(0, 80).replace(/[\u0000-\u001f\u007f-\u009f"]/g, "?");
}
