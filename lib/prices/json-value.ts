/** What JSON and YAML can hold. */
export type JsonObject = { readonly [key: string]: unknown };

/** Whether a value is an object with keys, neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at a key, or undefined. */
export function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object?.[key];
  return isObject(value) ? value : undefined;
}

/** The text at a key, or null where it is absent, empty or no text. */
export function textAt(object: JsonObject | undefined, key: string): string | null {
  const value = object?.[key];
  return typeof value === "string" && value !== "" ? value : null;
}

/** The list at a key, or an empty one. */
export function listAt(object: JsonObject | undefined, key: string): readonly unknown[] {
  const value = object?.[key];
  return Array.isArray(value) ? value : [];
}

const DECIMAL = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;

/** A finite number, also from a text such as `"3e-7"` (YAML 1.1 reads that as text); undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "string" && DECIMAL.test(value)) return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** What a value looks like in a message, cut short. */
export function shown(value: unknown): string {
  const text = jsonOf(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** JSON is read to any depth, but written to some thousand levels only. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return "a deeply nested value";
    throw error;
  }
}
