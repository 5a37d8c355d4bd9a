type TypeName = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";

/** The part of JSON Schema (draft 2020-12) that our schemas are written in. */
export type JsonSchema = {
  readonly $schema?: string;
  readonly $id?: string;
  readonly description?: string;
  readonly type?: TypeName | readonly TypeName[];
  readonly format?: "date-time";
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
};

/**
 * What is wrong with a JSON value by a schema, as one line that says where (`total.cost is a string`), or undefined. A
 * key that the schema does not name is wrong only where `isClosed`: a newer server may know more.
 */
export function schemaProblem(
  value: unknown,
  schema: JsonSchema,
  isClosed = false,
  path = "the answer",
): string | undefined {
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    return `${path} is ${typeName(value)}, expected ${types.join(" or ")}`;
  }
  if (schema.const !== undefined && value !== schema.const) return `${path} is not ${schema.const}`;
  if (schema.enum && !schema.enum.some((word) => word === value)) return `${path} is not ${schema.enum.join(" or ")}`;
  if (typeof value === "number") return rangeProblem(value, schema, path);
  if (typeof value === "string") {
    return schema.format !== "date-time" || isInstant(value) ? undefined : `${path} is not an instant`;
  }
  if (Array.isArray(value)) return firstProblem(value, schema.items, isClosed, path);
  if (isRecord(value)) return recordProblem(new Map(Object.entries(value)), schema, isClosed, path);
  return undefined;
}

/** As RFC 3339 has it, which is stricter than what `Date.parse` takes. */
function isInstant(text: string): boolean {
  const hasShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text);
  return hasShape && !Number.isNaN(Date.parse(text));
}

function rangeProblem(value: number, { minimum, maximum }: JsonSchema, path: string): string | undefined {
  if (minimum !== undefined && value < minimum) return `${path} is below ${minimum}`;
  return maximum !== undefined && value > maximum ? `${path} is above ${maximum}` : undefined;
}

function firstProblem(
  values: readonly unknown[],
  items: JsonSchema | undefined,
  isClosed: boolean,
  path: string,
): string | undefined {
  if (!items) return undefined;
  for (const [index, value] of values.entries()) {
    const problem = schemaProblem(value, items, isClosed, `${path}[${index}]`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function recordProblem(
  values: ReadonlyMap<string, unknown>,
  { required = [], properties = {} }: JsonSchema,
  isClosed: boolean,
  path: string,
): string | undefined {
  const missing = required.find((name) => !values.has(name));
  if (missing !== undefined) return `${path} has no ${missing}`;
  const known = new Map(Object.entries(properties));
  for (const [name, value] of values) {
    const schema = known.get(name);
    if (!schema && isClosed) return `${path} has an unknown key ${name}`;
    const at = path === "the answer" ? name : `${path}.${name}`;
    const problem = schema && schemaProblem(value, schema, isClosed, at);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isOfType(value: unknown, type: TypeName): boolean {
  switch (type) {
    case "object":
      return isRecord(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
    default:
      return type satisfies never;
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
