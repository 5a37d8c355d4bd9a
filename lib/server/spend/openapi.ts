import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { openApiPaths, operationId } from "../openapi/openapi-paths.ts";
import { ROUTES } from "../openapi/route-list.ts";
import type { InputSchema, Route } from "./declaration.ts";
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

/** The OpenAPI 3.1 document of our own routes and the declared ones; `basePath` is that under which all are served. */
export function openApi(routes: readonly Route[], version: string, basePath = ""): Json {
  const paths = Map.groupBy(routes, ({ path }) => path);
  return {
    openapi: "3.1.0",
    info: {
      title: "litellm-pulse",
      version,
      description:
        "What LiteLLM spends, in USD. Days of LiteLLM's spend API (/spend, /global, /provider) are UTC days, all others those of the configured zone.",
    },
    ...(basePath === "" ? {} : { servers: [{ url: basePath }] }),
    paths: {
      ...openApiPaths(ROUTES),
      ...Object.fromEntries(
        [...paths].map(([path, list]) => [
          path,
          Object.fromEntries(list.map((route) => [route.method.toLowerCase(), operationOf(route)])),
        ]),
      ),
    },
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
