import { PERIODS } from "../../aggregator/window.ts";
import { DIMENSIONS } from "../../litellm/dimensions.ts";
import { COUNTERS } from "../../litellm/metrics.ts";
import { LEDGER_GROUPINGS, STEPS, USAGE_SOURCES } from "../../query/question/usage-question.ts";

/** What the OpenAPI document says of a query parameter. */
type Parameter = { readonly description: string; readonly schema: Readonly<Record<string, unknown>> };

/** Every query parameter of the routes of `ROUTES`, by its name, which means the same wherever it stands. */
export const PARAMETERS: ReadonlyMap<string, Parameter> = new Map([
  ["period", oneOf(PERIODS, "A civil period of the time zone", "today")],
  ["last", text("The last minutes, hours or days up to the newest scrape in them, such as 90m, 12h or 7d")],
  ["since", text("From a date or an instant on, such as 2026-10-03 or 2026-10-03T12:00:00Z")],
  ["until", text("Beside since: up to a date, that day included, or an instant")],
  ["by", text(`Groups, joined by commas: ${[...DIMENSIONS, ...LEDGER_GROUPINGS, "day", "hour"].join(", ")}`, "model")],
  ["step", oneOf(STEPS, "How long the steps are; as it suits the period where it is not said")],
  ["top", number("How many groups there are at most, the rest folded into one", 1)],
  ["sort", oneOf(COUNTERS, "What groups are sorted by, the largest first", "cost")],
  ["timezone", text("IANA time zone of days, weeks and months, instead of the configured one")],
  ["group_steps", oneOf(COUNTERS, "Beside top: the amounts of this counter in the steps of each group")],
  ["source", oneOf(USAGE_SOURCES, "Where the numbers come from; the spend ledger where it covers the period")],
  ...DIMENSIONS.map((name) => [name, names(`Only this ${name.replace("_", " ")}, or one of these`)] as const),
  ["label", text("The text on the left of the badge")],
  ["limit", number("How many of the newest scrapes", 0)],
  ["start", text("A date or an instant; the first request where it is missing")],
  ["end", text("A date, that day included, or an instant; now where it is missing")],
]);

function text(description: string, byDefault?: string): Parameter {
  return { description, schema: { type: "string", ...(byDefault === undefined ? {} : { default: byDefault }) } };
}

function oneOf(values: readonly string[], description: string, byDefault?: string): Parameter {
  return { description, schema: { ...text("", byDefault).schema, enum: values } };
}

function number(description: string, minimum: number): Parameter {
  return { description, schema: { type: "integer", minimum } };
}

function names(description: string): Parameter {
  return { description, schema: { type: "array", items: { type: "string" } } };
}
