import { createZone, isZoneName, type Zone } from "../../aggregator/zone.ts";
import { DIMENSIONS, type Dimension } from "../../litellm/dimensions.ts";
import { COUNTERS, type CounterName } from "../../litellm/metrics.ts";
import type { UsageFilter } from "../../store/read/usage-rows.ts";
import { excerpt } from "../excerpt.ts";
import { longestOf, parseSpan } from "./parse-span.ts";
import {
  type BadQuestion,
  bad,
  isBad,
  type QuestionWords,
  refuseRepeated,
  wordValue,
  wordValues,
} from "./question-words.ts";
import {
  type AskedSource,
  DEFAULT_QUESTION,
  type Grouping,
  LEDGER_GROUPINGS,
  type Span,
  STEPS,
  type Step,
  USAGE_SOURCES,
  type UsageQuestion,
} from "./usage-question.ts";

export type ParsedQuestion =
  | { readonly kind: "question"; readonly question: UsageQuestion; readonly zone: Zone }
  | BadQuestion;

const GROUPINGS: readonly Grouping[] = [...DIMENSIONS, ...LEDGER_GROUPINGS, "day", "hour"];
const SINGLE = ["period", "last", "since", "until", "by", "step", "top", "sort", "timezone", "group_steps", "source"];
/** The words that a question may have: the query parameters of `/api/v1/usage`. */
export const QUESTION_PARAMETERS = [...SINGLE, ...DIMENSIONS];
const PEOPLE: readonly Grouping[] = ["key", "team", "user", "end_user", "tag"];
const HIGHEST_TOP = 10_000;
/** With their steps, so many groups at most. */
const MOST_STEPPED_GROUPS = 50;
const MOST_FILTER_VALUES = 100;
/** An answer has at most so many steps, and as many hours in its groups. */
const MOST_STEPS = 10_000;
/** The shortest that a step can be. */
const STEP_MS: { readonly [S in Step]: number } = { "15m": 900_000, hour: 3_600_000, day: 23 * 3_600_000 };

/** Reads a usage question. `zone` holds where the words name none; `now` is where a range without end ends at most. */
export function parseQuestion(words: QuestionWords, zone: Zone, now: number): ParsedQuestion {
  const unknown = [...words.keys()].find((name) => !QUESTION_PARAMETERS.includes(name));
  if (unknown !== undefined) return bad(`Unknown parameter "${excerpt(unknown)}"`, QUESTION_PARAMETERS);
  const repeated = refuseRepeated(words, SINGLE);
  if (repeated) return repeated;
  const zoneName = wordValue(words, "timezone");
  if (zoneName !== undefined && !isZoneName(zoneName)) {
    return bad(`timezone is "${excerpt(zoneName)}", expected an IANA name such as America/New_York`);
  }
  const asked = zoneName === undefined || zoneName === zone.name ? zone : createZone(zoneName);
  const span = parseSpan(words, asked, now);
  if (isBad(span)) return span;
  const by = parseBy(wordValue(words, "by"));
  if (isBad(by)) return by;
  const step = parseWord<Step>(words, "step", STEPS);
  if (isBad(step)) return step;
  const tooMany = refuseTooMany("step", step, span, now) ?? refuseTooMany("by", by.find(isHour), span, now);
  if (tooMany) return tooMany;
  const sort = parseWord<CounterName>(words, "sort", COUNTERS);
  if (isBad(sort)) return sort;
  const top = parseTop(wordValue(words, "top"));
  if (isBad(top)) return top;
  const filters = parseFilters(words);
  if (isBad(filters)) return filters;
  const groupSteps = parseGroupSteps(words, by, top);
  if (isBad(groupSteps)) return groupSteps;
  const source = parseWord<AskedSource>(words, "source", USAGE_SOURCES);
  if (isBad(source)) return source;
  const ledgerOnly = by.find((name) => LEDGER_GROUPINGS.some((known) => known === name));
  if (source === "metrics" && ledgerOnly !== undefined) {
    return bad(`by is "${ledgerOnly}", which only the spend ledger knows: leave out source`);
  }
  return {
    kind: "question",
    zone: asked,
    question: { span, by, step, top, sort, filters, groupSteps, source },
  };
}

/** Whether the answer names people: by, or filtered by, key, team, user or end user. */
export function namesPeople({ by, filters }: UsageQuestion): boolean {
  return [...by, ...filters.map(({ dimension }) => dimension)].some((name) => PEOPLE.includes(name));
}

function parseBy(text: string | undefined): readonly Grouping[] | BadQuestion {
  if (text === undefined) return DEFAULT_QUESTION.by;
  const words = text.split(",").map((word) => word.trim());
  const found = words.map((word) => GROUPINGS.find((grouping) => grouping === word));
  const list = found.filter((word) => word !== undefined);
  if (list.length === found.length && new Set(list).size === list.length) return list;
  return bad(
    `by is "${excerpt(text)}", expected different ones of ${GROUPINGS.join(", ")}, joined by commas`,
    GROUPINGS,
    words[found.indexOf(undefined)],
  );
}

function parseWord<Word extends string>(
  words: QuestionWords,
  name: string,
  known: readonly Word[],
): Word | undefined | BadQuestion {
  const text = wordValue(words, name);
  if (text === undefined) return undefined;
  return (
    known.find((word) => word === text) ??
    bad(`${name} is "${excerpt(text)}", expected one of ${known.join(", ")}`, known, text)
  );
}

function parseTop(text: string | undefined): number | undefined | BadQuestion {
  if (text === undefined) return undefined;
  const top = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (top >= 1 && top <= HIGHEST_TOP) return top;
  return bad(`top is "${excerpt(text)}", expected a whole number from 1 to ${HIGHEST_TOP}`);
}

function parseGroupSteps(
  words: QuestionWords,
  by: readonly Grouping[],
  top: number | undefined,
): CounterName | undefined | BadQuestion {
  const counter = parseWord<CounterName>(words, "group_steps", COUNTERS);
  if (counter === undefined || isBad(counter)) return counter;
  if (by.some((grouping) => grouping === "day" || grouping === "hour")) {
    return bad("group_steps is given with by=day or by=hour, expected groups that are not by time");
  }
  if (top !== undefined && top <= MOST_STEPPED_GROUPS) return counter;
  return bad(`group_steps is given without top, expected top from 1 to ${MOST_STEPPED_GROUPS} with it`);
}

function parseFilters(words: QuestionWords): UsageFilter[] | BadQuestion {
  const filters: UsageFilter[] = [];
  for (const dimension of DIMENSIONS satisfies readonly Dimension[]) {
    const values = [...new Set(wordValues(words, dimension))];
    if (values.length > MOST_FILTER_VALUES) {
      return bad(`${dimension} has ${values.length} values, expected at most ${MOST_FILTER_VALUES}`);
    }
    if (values.length > 0) filters.push({ dimension, values });
  }
  return filters;
}

function isHour(grouping: Grouping): grouping is "hour" {
  return grouping === "hour";
}

function refuseTooMany(name: string, step: Step | undefined, span: Span, now: number): BadQuestion | undefined {
  if (step === undefined) return undefined;
  const count = Math.ceil(longestOf(span, now) / STEP_MS[step]);
  if (count <= MOST_STEPS) return undefined;
  return bad(
    `${name} is "${step}", which makes ${count} of them, expected at most ${MOST_STEPS}: ask for a shorter time`,
  );
}
