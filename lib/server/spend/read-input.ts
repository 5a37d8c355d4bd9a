import * as v from "valibot";
import { excerpt } from "../../query/excerpt.ts";
import type { Problem } from "../../query/spend/reply.ts";
import type { InputSchema } from "./declaration.ts";

/** What a schema made of an input, or why it refused. */
export type Read = { readonly kind: "read"; readonly value: unknown } | Problem;

/** Reads a query string. A parameter that stands twice is refused, one that the route does not know is left alone. */
export function readQuery(schema: InputSchema, queries: Readonly<Record<string, readonly string[]>>): Read {
  for (const [name, values] of Object.entries(queries)) {
    if (values.length > 1) return bad(`"${excerpt(name)}" is given ${values.length} times, expected once`);
    // PostgreSQL takes no such character, and no name holds one.
    if (values.some((value) => value.includes("\0"))) return bad(`"${excerpt(name)}" holds a NUL character`);
  }
  return check(schema, Object.fromEntries(Object.entries(queries).map(([name, [value]]) => [name, value])));
}

/** Reads a JSON body; none at all is an empty object. */
export function readBody(schema: InputSchema, body: string): Read {
  if (body.trim() === "") return check(schema, {});
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return bad("The body is not JSON", "Send a JSON object");
  }
  if (/\\u0000/i.test(body)) return bad("The body holds a NUL character");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return bad("The body is not a JSON object", "Send a JSON object, such as {}");
  }
  return check(schema, value);
}

function check(schema: InputSchema, input: unknown): Read {
  const result = v.safeParse(schema, input, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return { kind: "read", value: result.output };
  const [issue] = result.issues;
  const path = issue.path?.[0];
  if (path === undefined) return bad(issue.message);
  const name = String(path.key);
  const expected = descriptionOf(schema, name);
  if (path.value === undefined) return bad(`${name} is missing, expected ${expected}`);
  const given = typeof path.value === "string" ? `"${excerpt(path.value)}"` : `of type ${typeof path.value}`;
  return bad(`${name} is ${given}, expected ${expected}`);
}

/** What a parameter or a key of a body must be, from its own schema. */
export function descriptionOf(schema: InputSchema, name: string): string {
  const object: unknown = "pipe" in schema && Array.isArray(schema.pipe) ? schema.pipe[0] : schema;
  if (typeof object !== "object" || object === null || !("entries" in object)) return "another value";
  // The entries of an object schema are schemas by name.
  const entry = (object.entries as Readonly<Record<string, v.GenericSchema | undefined>>)[name];
  if (entry === undefined) return "another value";
  const inner = "wrapped" in entry ? (entry.wrapped as v.GenericSchema) : entry; // Of an optional one.
  return v.getDescription(inner) ?? "another value";
}

function bad(error: string, hint?: string): Problem {
  return hint === undefined ? { kind: "problem", status: 400, error } : { kind: "problem", status: 400, error, hint };
}
