import type { SqlValue } from "../ledger-sql.ts";

const statements = new Map<string, string>();

/** A statement with PostgreSQL's own marks: `?1` is `$1`. */
export function postgresText(statement: string): string {
  const known = statements.get(statement);
  if (known !== undefined) return known;
  const text = statement.replace(/\?(\d+)/g, "$$$1");
  statements.set(statement, text);
  return text;
}

/** What the client takes for a value: a list goes as PostgreSQL writes arrays. */
export function postgresValue(value: SqlValue): string | number | null | Uint8Array {
  if (typeof value === "number" || typeof value === "string" || value === null || value instanceof Uint8Array) {
    return value;
  }
  return arrayLiteral(value);
}

/** A list as PostgreSQL writes arrays: `{1,2}`, `{"a","b \\" c",NULL}`, bytes in hexadecimal. */
export function arrayLiteral(values: readonly (number | string | Uint8Array | null)[]): string {
  return `{${values.map(member).join(",")}}`;
}

function member(value: number | string | Uint8Array | null): string {
  if (value === null) return "NULL";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return `"${value.replace(/["\\]/g, "\\$&")}"`;
  return `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}"`;
}
