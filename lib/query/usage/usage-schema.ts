import { DIMENSIONS } from "../../litellm/dimensions.ts";
import { COMPUTED, METRICS } from "../../litellm/metrics.ts";
import type { JsonSchema } from "../check-schema.ts";
import { LEDGER_GROUPINGS } from "../question/usage-question.ts";
import { LATENCIES } from "./measures.ts";

type Properties = Readonly<Record<string, JsonSchema>>;

const TEXT: JsonSchema = { type: "string" };
const INSTANT: JsonSchema = { type: "string", format: "date-time" };
const INSTANT_OR_NULL: JsonSchema = { type: ["string", "null"], format: "date-time" };
const DOLLARS: JsonSchema = { type: ["number", "null"], description: "US dollars" };
const RATIO: JsonSchema = { type: "number", minimum: 0, maximum: 1 };

/**
 * The JSON Schema (draft 2020-12) of a usage answer: of `report --json` and `/api/v1/usage`. Answers only ever gain
 * keys, so a reader passes over those that it does not know.
 */
export function usageSchema(): JsonSchema {
  const measures = measureSchemas();
  const answer = record("A usage answer of litellm-pulse", {
    schema_version: { const: 1 },
    period: record("What is asked about; to is not part of it, and no later than the newest scrape", {
      name: TEXT,
      from: INSTANT,
      to: INSTANT,
      timezone: TEXT,
    }),
    coverage: record("What part of the elapsed time the numbers rest on", {
      from: INSTANT_OR_NULL,
      to: INSTANT_OR_NULL,
      observed_ratio: RATIO,
      estimated_ratio: RATIO,
    }),
    total: record("Everything that was used; null where LiteLLM has never shown the metric", measures),
    groups: { type: "array", items: groupSchema(measures) },
    steps: {
      type: "array",
      items: record("One step of the period, from its beginning on", {
        at: INSTANT,
        estimated: { type: "boolean" },
        ...measures,
      }),
    },
    previous: record("The period before, up to the same moment", { from: INSTANT, to: INSTANT, ...measures }),
    forecast: record("The cost that the period is heading for, and the range of eight in ten outcomes", {
      cost: DOLLARS,
      low: DOLLARS,
      high: DOLLARS,
    }),
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:litellm-pulse:usage:1",
    ...answer,
    properties: {
      ...answer.properties,
      source: { enum: ["ledger"], description: "Absent where the numbers come from LiteLLM's metrics" },
      period: withMore(answer.properties["period"], {
        is_rounded: { type: "boolean", description: "Whether the ledger had to widen the window to whole days" },
      }),
      total: withMore(answer.properties["total"], LATENCY),
      latency_period: record("The whole days that latencies are of; absent where no rollup holds any", {
        from: INSTANT,
        to: INSTANT,
      }),
      budget: budgetSchema(),
    },
  };
}

const MILLISECONDS: JsonSchema = {
  type: ["number", "null"],
  description: "Milliseconds of successful requests in latency_period; of the ledger, null where no rollup holds it",
};
const LATENCY: Properties = Object.fromEntries(LATENCIES.map((name) => [name, MILLISECONDS]));

/** A record that may have more than it has to. */
function withMore(schema: JsonSchema | undefined, more: Properties): JsonSchema {
  return { ...schema, properties: { ...schema?.properties, ...more } };
}

function measureSchemas(): Properties {
  const counters = METRICS.filter(({ kind }) => kind === "counter");
  return Object.fromEntries(
    [...counters, ...COMPUTED].map(({ name, help }) => [name, { type: ["number", "null"], description: help }]),
  );
}

/** Which of the names a group has follows from the question. */
function groupSchema(measures: Properties): JsonSchema {
  const group = record("What was used under one name; null where LiteLLM names none", measures);
  const names = Object.fromEntries(
    [...DIMENSIONS, ...LEDGER_GROUPINGS, "day", "hour"].map((name) => [name, { type: ["string", "null"] }]),
  );
  const folded: JsonSchema = { type: "integer", minimum: 1, description: "How many groups the rest line stands for" };
  const steps: JsonSchema = {
    type: "array",
    items: { type: ["number", "null"] },
    description: "With group_steps: the amounts of that counter in the steps of the answer",
  };
  return { ...group, properties: { ...names, ...group.properties, ...LATENCY, folded, steps } };
}

function budgetSchema(): JsonSchema {
  return record("How the period stands against its budget; absent where it has none", {
    window: { enum: ["daily", "weekly", "monthly"] },
    limit: { type: "number", minimum: 0 },
    spent: DOLLARS,
    remaining: DOLLARS,
    used_ratio: { type: ["number", "null"], minimum: 0 },
    passed: { type: "boolean" },
    forecast_passes: { type: "boolean" },
  });
}

function record(description: string, properties: Properties): JsonSchema & { readonly properties: Properties } {
  return { description, type: "object", required: Object.keys(properties), properties };
}
