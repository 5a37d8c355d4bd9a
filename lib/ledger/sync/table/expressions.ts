import type { Role } from "../../../litellm/record-roles.ts";
import { identifier } from "../../postgres/sql-text.ts";

/** How a field comes in the binary format. */
export type Wire = "text" | "float8" | "int4" | "int8" | "micros";

/** What is selected for a role, and how it comes. */
export type Selected = { readonly role: Role; readonly sql: string; readonly wire: Wire };

const TIMES: readonly Role[] = ["time", "end", "first_token"];
const NUMBERS: readonly Role[] = ["spend", "prompt_tokens", "completion_tokens", "total_tokens"];
const WHOLE = ["int2", "int4", "int8"];
const DECIMAL = ["float4", "float8", "numeric"];
const TEXTS = ["text", "varchar", "bpchar", "name"];
/** What `::float8` reads; another text is no number. */
const NUMBER_TEXT = "^\\s*[+-]?(\\d{1,200}\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,2})?\\s*$";

const MONTH_AND_DAY =
  "((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))";
const LEAP_DAY = "([12]\\d(0[48]|[2468][048]|[13579][26])|2000)-02-29";
const TIME_OF_DAY =
  "[T ]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?\\s?(Z|UTC|[+-](0\\d|1[0-4])(:?[0-5]\\d)?)?";
/** What `::timestamptz` reads without an error, of ISO 8601. */
const TIME_TEXT = `^\\s*([12]\\d{3}-${MONTH_AND_DAY}|${LEAP_DAY})(${TIME_OF_DAY})?\\s*$`;

/** What to select for a role from a column of any type (`pg_type.typname`), so that few kinds of fields come. */
export function selected(role: Role, column: string, type: string): Selected {
  const name = identifier(column);
  if (TIMES.includes(role)) return { role, sql: timeOf(name, type), wire: "micros" };
  if (NUMBERS.includes(role)) return { role, ...numberOf(name, type) };
  if (role === "id" && (type === "int4" || type === "int8")) return { role, sql: name, wire: type };
  if (role === "tags" && type.startsWith("_")) return { role, sql: `to_jsonb(${name})::text`, wire: "text" };
  return { role, sql: TEXTS.includes(type) ? name : `${name}::text`, wire: "text" };
}

/** A column as `timestamp` in UTC; what is no time is NULL, since an error of one row would cost them all. */
function timeOf(name: string, type: string): string {
  if (type === "timestamp") return name;
  if (type === "timestamptz") return `(${name} AT TIME ZONE 'UTC')`;
  if (type === "date") return `${name}::timestamp`;
  if ([...WHOLE, ...DECIMAL].includes(type)) {
    const number = `${name}::float8`;
    const units = `WHEN abs(${number}) < 1e14 THEN ${number} / 1e3 WHEN abs(${number}) < 1e17 THEN ${number} / 1e6`;
    const seconds = `CASE WHEN abs(${number}) < 1e11 THEN ${number} ${units} ELSE ${number} / 1e9 END`;
    return `(CASE WHEN ${name} > -1e20 AND ${name} < 1e20 THEN to_timestamp(${seconds}) END AT TIME ZONE 'UTC')`;
  }
  const text = `${name}::text`;
  return `(CASE WHEN ${text} ~ '${TIME_TEXT}' THEN ${text}::timestamptz END AT TIME ZONE 'UTC')`;
}

function numberOf(name: string, type: string): { readonly sql: string; readonly wire: Wire } {
  if (type === "int4" || type === "int8" || type === "float8") return { sql: name, wire: type };
  if (type === "money") return { sql: `${name}::numeric::float8`, wire: "float8" };
  if (type === "numeric") {
    const isBeyond = `${name} > 1e300 OR ${name} < -1e300`;
    return { sql: `CASE WHEN ${isBeyond} THEN 'NaN'::float8 ELSE ${name}::float8 END`, wire: "float8" };
  }
  if ([...WHOLE, ...DECIMAL].includes(type)) return { sql: `${name}::float8`, wire: "float8" };
  return { sql: `CASE WHEN ${name}::text ~ '${NUMBER_TEXT}' THEN ${name}::text::float8 END`, wire: "float8" };
}
