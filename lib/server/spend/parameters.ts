import * as v from "valibot";
import { parseDay } from "../../query/spend/utc-day.ts";
import { parseInstant } from "./instant.ts";

/** No parameters, or a body that is not looked at. */
export const nothing = v.object({});

/** A UTC day as text, given as days since 1970. */
export const day = v.pipe(
  v.string(),
  v.transform(parseDay),
  v.number(),
  v.description("a date such as 2026-11-21, in UTC"),
);

/** A UTC day that may come as a moment of it, which is how LiteLLM's dashboard asks for tags. */
const dayOrMoment = v.pipe(
  v.string(),
  v.transform((value) => (parseInstant(value) === undefined ? undefined : parseDay(value.slice(0, DATE_LENGTH)))),
  v.number(),
  v.description("a date such as 2026-11-21, or a moment of it, in UTC"),
);
const DATE_LENGTH = 10;

/** Both ends of a stretch of UTC days, required and included (see `daysOf`). */
export function dayRange<const Others extends v.ObjectEntries>(others: Others) {
  return rangeOf(day, others);
}

/** The same where moments are taken for their days. */
export function looseDayRange<const Others extends v.ObjectEntries>(others: Others) {
  return rangeOf(dayOrMoment, others);
}

function rangeOf<const Others extends v.ObjectEntries>(end: typeof day | typeof dayOrMoment, others: Others) {
  return v.pipe(
    v.object({ start_date: end, end_date: end, ...others }),
    v.check((days) => isInOrder(days), "start_date lies after end_date"),
  );
}

/** Whether the start does not lie after the end. */
export function isInOrder(days: { readonly start_date?: unknown; readonly end_date?: unknown }): boolean {
  return Number(days.start_date) <= Number(days.end_date);
}

/** Days that are both included, as a range whose end is not. */
export function daysOf({ start_date, end_date }: { readonly start_date: number; readonly end_date: number }) {
  return { from: start_date, to: end_date + 1 };
}

/** Any text; the empty text is a value. */
export function text(description: string) {
  return v.pipe(v.string(), v.description(description));
}

/** A text that may be left out. */
export function optionalText(description: string) {
  return v.optional(text(description));
}

/** A whole number within limits. */
export function whole(least: number, most: number) {
  return v.pipe(
    v.string(),
    v.regex(/^[+-]?\d{1,15}$/),
    v.transform(Number),
    v.minValue(least),
    v.maxValue(most),
    v.description(`a whole number from ${least} to ${most}`),
  );
}

/** An amount of dollars. */
export const money = v.pipe(
  v.string(),
  v.regex(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i),
  v.transform(Number),
  v.finite(),
  v.description("a number such as 0.25"),
);

const ON = ["true", "1", "yes", "on", "t", "y"] as const;
const OFF = ["false", "0", "no", "off", "f", "n"] as const;

/** A switch, in the words that LiteLLM takes. */
export const onOff = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.picklist([...ON, ...OFF]),
  v.transform((word) => ON.some((on) => on === word)),
  v.description("true or false"),
);

/** One of a few words, spelt as they are. */
export function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return v.pipe(v.picklist(words), v.description(`one of ${words.join(", ")}`));
}

/** A second of UTC as LiteLLM's log pages write it, given as UTC milliseconds. */
export const second = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  v.transform((value) => parseInstant(value)),
  v.number(),
  v.description("a time such as 2026-11-21 23:59:59, in UTC"),
);

/** An ISO moment of a JSON body, given as UTC milliseconds; what lies between two of them counts as the later one. */
export const moment = v.pipe(
  v.string(),
  v.transform(parseInstant),
  v.number(),
  v.description("an ISO 8601 moment such as 2026-11-21T09:00:00Z, in UTC where it names no zone"),
);
