import { type AnswerForm, answerForms } from "./answer-forms.ts";
import type { RouteAccess, RouteEntry } from "./route-entry.ts";
import { PARAMETERS } from "./route-parameters.ts";

type Json = Readonly<Record<string, unknown>>;

const ACCESS: { readonly [A in RouteAccess]: string } = {
  everyone: "Open to everyone.",
  key: "With the key, if one is set.",
  "key for people": "With the key, if one is set; what names people needs one off loopback.",
  people: "With the key; without one on this machine only.",
  ingest: "With the key or that for records; without one on this machine only.",
};

const ANY_JSON: AnswerForm = { type: "application/json", schema: {} };
const RECORDS = { content: { "application/json": { schema: {} }, "application/x-ndjson": { schema: {} } } };

/** The OpenAPI paths of routes; `Problem` is among the components of the document that they go into. */
export function openApiPaths(routes: readonly RouteEntry[]): Json {
  const forms = answerForms();
  return Object.fromEntries(
    routes.map((route) => {
      const operation = operationOf(route, forms.get(route.path) ?? ANY_JSON);
      return [shownPath(route.path), { [route.method.toLowerCase()]: operation }];
    }),
  );
}

/** The name of an operation, from its method and its path in OpenAPI's form. */
export function operationId(method: string, path: string): string {
  const words = path.replace(/[^a-z0-9]+(\w)/gi, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, "");
  return `${method.toLowerCase()}${words || "Root"}`;
}

function operationOf({ method, path, parameters = [], access, help }: RouteEntry, { type, schema }: AnswerForm): Json {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inQuery = parameters.map((name) => ({ name, in: "query", required: false, ...PARAMETERS.get(name) }));
  const all = [...inPath, ...inQuery];
  return {
    operationId: operationId(method, shownPath(path)),
    summary: help,
    description: ACCESS[access],
    ...(all.length === 0 ? {} : { parameters: all }),
    ...(method === "POST" ? { requestBody: RECORDS } : {}),
    ...(access === "everyone" ? { security: [] } : {}),
    responses: {
      "200": { description: help, content: { [type]: { schema } } },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function shownPath(path: string): string {
  return path.replace(/:(\w+)/g, "{$1}");
}
