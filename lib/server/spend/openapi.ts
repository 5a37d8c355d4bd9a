import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import type { RouteEntry } from "../route-entry.ts";
import type { InputSchema, Route } from "./declaration.ts";
import { type OtherOperation, otherOperations } from "./other-routes.ts";
import { descriptionOf } from "./read-input.ts";
import { problem } from "./shapes.ts";

type Json = Readonly<Record<string, unknown>>;

const ACCESS = {
  own: "An internal user gets their own requests.",
  everyone: "The same for every role.",
  admin: "Admins only; an internal user gets 403.",
} as const satisfies Record<Route["access"], string>;

const KEY_SCHEMES = {
  bearer: { type: "http", scheme: "bearer" },
  litellm: { type: "apiKey", in: "header", name: "x-litellm-api-key" },
  azure: { type: "apiKey", in: "header", name: "api-key" },
} as const;

/** The OpenAPI 3.1 document of LiteLLM's routes and of all others. */
export function openApi(routes: readonly Route[], others: readonly RouteEntry[], version: string): Json {
  const operations = [
    ...routes.map((route) => ({ method: route.method, path: route.path, operation: operationOf(route) })),
    ...otherOperations(others).map((other) => ({ ...other, operation: otherOperation(other) })),
  ];
  const paths = Map.groupBy(operations, ({ path }) => path);
  return {
    openapi: "3.1.0",
    info: {
      title: "litellm-pulse",
      version,
      description:
        "LiteLLM's spend API, answered from the spend ledger, and the API of litellm-pulse. Money is in USD. Days of /spend, /global and /provider are UTC days, all others those of the configured zone.",
    },
    paths: Object.fromEntries(
      [...paths].map(([path, list]) => [
        path,
        Object.fromEntries(list.map(({ method, operation }) => [method.toLowerCase(), operation])),
      ]),
    ),
    components: {
      securitySchemes: KEY_SCHEMES,
      schemas: { Problem: schemaOf(problem) },
      responses: {
        Problem: {
          description: "Why there is no answer",
          content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    },
    security: Object.keys(KEY_SCHEMES).map((name) => ({ [name]: [] })),
  };
}

function operationOf(route: Route): Json {
  const { method, path, summary, access, query, body, answer } = route;
  const parameters = [...parametersInPath(path), ...parametersOf(query)];
  return {
    operationId: operationId(method, path),
    summary,
    description: ACCESS[access],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(method === "POST" ? { requestBody: { content: { "application/json": { schema: schemaOf(body) } } } } : {}),
    responses: {
      ...(answer.type === "never"
        ? {}
        : { "200": { description: summary, content: { "application/json": { schema: schemaOf(answer) } } } }),
      default: REFUSED,
    },
  };
}

const REFUSED = { $ref: "#/components/responses/Problem" } as const;

function otherOperation({ method, path, summary, description, parameters, isOpen, answer }: OtherOperation): Json {
  const inQuery = parameters.map((name) => ({ name, in: "query", required: false, schema: { type: "string" } }));
  const all = [...parametersInPath(path), ...inQuery];
  const records = { content: { "application/json": { schema: {} }, "application/x-ndjson": { schema: {} } } };
  return {
    operationId: operationId(method, path),
    summary,
    description,
    ...(all.length === 0 ? {} : { parameters: all }),
    ...(method === "POST" ? { requestBody: records } : {}),
    ...(isOpen ? { security: [] } : {}),
    responses: {
      "200": { description: summary, content: { [answer.type]: { schema: answer.schema } } },
      default: REFUSED,
    },
  };
}

function operationId(method: string, path: string): string {
  const words = path.replace(/[^a-z0-9]+(\w)/gi, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, "");
  return `${method.toLowerCase()}${words === "" ? "Root" : words}`;
}

function parametersInPath(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

/** The names of a route's parameters: of its query string, or of its JSON body. */
export function parameterNames({ method, query, body }: Route): string[] {
  const { properties = {} } = schemaOf(method === "GET" ? query : body);
  return Object.keys(properties as object); // Of an object schema.
}

/** A parameter for each entry of an object schema. */
function parametersOf(query: InputSchema): Json[] {
  const { properties = {}, required = [] } = schemaOf(query);
  // What to-json-schema makes of an object: schemas by name, and the names that must be there.
  return Object.entries(properties as Readonly<Record<string, Json>>).map(([name, schema]) => {
    const isRequired = (required as readonly string[]).includes(name);
    return { name, in: "query", required: isRequired, description: descriptionOf(query, name), schema };
  });
}

/** What is sent, not what is made of it; checks that JSON Schema has no word for stand in the description. */
function schemaOf(schema: InputSchema): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema as v.GenericSchema, { typeMode: "input", errorMode: "ignore" });
  return rest;
}
