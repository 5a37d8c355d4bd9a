import { COMPUTED, METRICS } from "../../litellm/metrics.ts";
import type { JsonSchema } from "../../query/check-schema.ts";
import { usageSchema } from "../../query/usage/usage-schema.ts";

/** What a route answers with when all is well: a media type, and the schema of JSON. */
export type AnswerForm = { readonly type: string; readonly schema: JsonSchema };

const TEXT: JsonSchema = { type: "string" };
const COUNT: JsonSchema = { type: "integer", minimum: 0 };
const NUMBER: JsonSchema = { type: ["number", "null"] };
const INSTANT: JsonSchema = { type: "string", format: "date-time" };
const INSTANT_OR_NULL: JsonSchema = { type: ["string", "null"], format: "date-time" };
const VERSION: JsonSchema = { const: 1 };
const WINDOW_NAMES = ["daily", "weekly", "monthly"];

/** The forms of all answers but those of the spend API, by the path as Hono has it. */
export function answerForms(): ReadonlyMap<string, AnswerForm> {
  const metrics = json({
    ...metricSchemas(),
    lifetime: { type: "object", description: "Each counter since the first scrape" },
    last_scrape: INSTANT_OR_NULL,
  });
  const { $schema: _, $id: __, ...usage } = usageSchema();
  return new Map<string, AnswerForm>([
    ["/", metrics],
    ["/api/v1/metrics", metrics],
    ["/api/v1/metrics/:name", json({ name: TEXT, value: NUMBER, last_scrape: INSTANT_OR_NULL })],
    [
      "/api/v1/models",
      json({ models: listOf(object({ model: TEXT }, "Its metrics beside it")), last_scrape: INSTANT_OR_NULL }),
    ],
    ["/api/v1/usage", { type: JSON_TYPE, schema: usage }],
    ["/api/v1/homepage", json({ schema_version: VERSION, status: TEXT, status_text: TEXT, up: FLAG, stale: FLAG })],
    [
      "/api/v1/homeassistant",
      json({ schema_version: VERSION, status: TEXT, day: PERIOD, week: PERIOD, month: PERIOD }),
    ],
    ["/badge/:name", { type: "image/svg+xml", schema: TEXT }],
    ["/api/v1/history", json({ snapshots: listOf({ type: "object" }), count: COUNT, source: TEXT })],
    ["/api/v1/coverage", json(COVERAGE)],
    ["/api/v1/events", { type: "text/event-stream", schema: TEXT }],
    ["/usage", json(Object.fromEntries(USAGE_PARTS.map((part) => [part, { type: ["object", "array"] }])))],
    ["/aggregate", json({ records: COUNT, data: listOf(object({ provider: NAME, model: NAME, total_cost: NUMBER })) })],
    ["/ingest", json({ accepted: COUNT, duplicates: COUNT, rejected: listOf(object({ index: COUNT, reason: TEXT })) })],
    ["/raw", json({}, "The sum of each sample name; null where it is not a number")],
    ["/health", json({ status: { enum: ["ok", "starting", "stale"] } }, "With reason where it is not ok, and 503")],
    ["/health/live", json({ status: { enum: ["ok"] } })],
    ["/metrics", { type: "text/plain", schema: TEXT }],
    ["/assets/:file", { type: "application/octet-stream", schema: TEXT }],
  ]);
}

const JSON_TYPE = "application/json";
const FLAG: JsonSchema = { type: "boolean" };
const NAME: JsonSchema = { type: ["string", "null"] };
const PERIOD = object({ last_reset: INSTANT }, "Each metric beside it");
const STRETCHES = listOf(object({ from: INSTANT, to: INSTANT }));
const COVERAGE = {
  schema_version: VERSION,
  period: object({ name: TEXT, from: INSTANT, to: INSTANT, timezone: TEXT }),
  coverage: object({ from: INSTANT_OR_NULL, to: INSTANT_OR_NULL, observed_ratio: NUMBER, estimated_ratio: NUMBER }),
  gaps: STRETCHES,
  estimated: STRETCHES,
  restarts: { type: "array" },
  truncated: FLAG,
} as const;
const USAGE_PARTS = ["totals", "latency", "tokens_per_request", "cache", "by_model", "daily", "hourly_pattern"];

function metricSchemas(): Readonly<Record<string, JsonSchema>> {
  const windowed = [...METRICS.filter(({ kind }) => kind === "counter"), ...COMPUTED];
  const names = [
    ...[...METRICS, ...COMPUTED].map(({ name }) => name),
    ...windowed.flatMap(({ name }) => WINDOW_NAMES.map((window) => `${name}_${window}`)),
  ];
  return Object.fromEntries(names.map((name) => [name, NUMBER]));
}

function json(properties: Readonly<Record<string, JsonSchema>>, description?: string): AnswerForm {
  return { type: JSON_TYPE, schema: object(properties, description) };
}

function object(properties: Readonly<Record<string, JsonSchema>>, description?: string): JsonSchema {
  const schema: JsonSchema = { type: "object", required: Object.keys(properties), properties };
  return description === undefined ? schema : { description, ...schema };
}

function listOf(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}
