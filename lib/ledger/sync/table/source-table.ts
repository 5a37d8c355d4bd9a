import { ROLES, type Role } from "../../../litellm/record-roles.ts";
import { identifier, timestampLiteral } from "../../postgres/sql-text.ts";
import type { IdentityKind } from "../rows/row-reader.ts";
import { type Selected, selected } from "./expressions.ts";
import { FORBIDDEN_COLUMNS, KNOWN_TABLES, NEEDED_ROLES } from "./known-tables.ts";

/** A table that was found, before it is known which of its columns are read. */
export type FoundTable = {
  readonly schema: string;
  readonly name: string;
  /** Changes with TRUNCATE. */
  readonly fileNode: string;
  /** How many rows the planner believes it has. */
  readonly estimatedRows: number;
  readonly columns: readonly FoundColumn[];
  /** The columns that an index begins with. */
  readonly indexed: readonly string[];
  /** The columns that a unique index consists of. */
  readonly unique: readonly string[];
};

/** A column: its type by `pg_type.typname`, and whether our role may read it. */
export type FoundColumn = { readonly name: string; readonly type: string; readonly isReadable: boolean };

/** A table as it is read. */
export type SourceTable = {
  /** As people write it: `public.cost_logs`. */
  readonly label: string;
  /** As SQL writes it. */
  readonly sql: string;
  readonly fileNode: string;
  readonly estimatedRows: number;
  /** What is selected: time, id, then the rest. */
  readonly fields: readonly Selected[];
  readonly identity: IdentityKind;
  /** Whether the database allows two rows with the same id: the second is a duplicate. */
  readonly mayRepeat: boolean;
  /** Whether new rows are found by their time or by their id: by what an index leads to. */
  readonly order: "time" | "id";
  /** Whether an index leads to a range of times. */
  readonly hasTimeIndex: boolean;
  /** The time and the id as the index has them. */
  readonly timeKey: string;
  readonly idKey: string;
  /** A moment (PostgreSQL's microseconds) to compare `timeKey` with. */
  timeLiteral(micros: number): string;
  /** What is not there or may not be read, so that the ledger will not know it. */
  readonly notes: readonly string[];
};

export type TableResult =
  | { readonly kind: "found"; readonly table: SourceTable }
  | { readonly kind: "unfit"; readonly message: string };

const WHOLE = ["int2", "int4", "int8"];

/** Decides which columns of a table are read for what; `configured` names columns by role. */
export function sourceTable(found: FoundTable, configured: ReadonlyMap<string, string>, user: string): TableResult {
  const label = `${found.schema}.${found.name}`;
  const fields: Selected[] = [];
  const keys = new Map<Role, FoundColumn>();
  const notes: string[] = [];
  for (const role of [...new Set<Role>(["time", "id", ...ROLES])]) {
    const wanted = configured.get(role);
    const names = wanted === undefined ? candidates(found.name, role) : [wanted];
    const column = names.flatMap((name) => found.columns.find((one) => one.name === name) ?? [])[0];
    const isNeeded = NEEDED_ROLES.some((needed) => needed === role) || wanted !== undefined;
    if (wanted !== undefined && FORBIDDEN_COLUMNS.includes(wanted)) {
      return {
        kind: "unfit",
        message: `Column "${wanted}" may hold prompts or secrets and is never read; take it out of LITELLM_PULSE_LEDGER_COLUMNS`,
      };
    }
    if (column === undefined) {
      const missing = `Table ${label} has no column ${names.map((name) => `"${name}"`).join(" or ")} for ${role}`;
      if (isNeeded) {
        return {
          kind: "unfit",
          message: `${missing}; name it in LITELLM_PULSE_LEDGER_COLUMNS, as in ${role}=<column>`,
        };
      }
      if (isExpected(found.name, role)) notes.push(`${missing}: the ledger will not know it`);
      continue;
    }
    if (!column.isReadable) {
      const refused = `Role "${user}" may not read column "${column.name}" of ${label}`;
      if (isNeeded) {
        const closed = closedColumns(found, configured).map(identifier).join(", ");
        const grant = `GRANT SELECT (${closed}) ON ${identifier(found.schema)}.${identifier(found.name)} TO ${identifier(user)}`;
        return { kind: "unfit", message: `${refused}, which is needed for ${role}: ${grant}` };
      }
      notes.push(`${refused}: the ledger will not know its ${role}`);
      continue;
    }
    keys.set(role, column);
    fields.push(selected(role, column.name, column.type));
  }
  const time = keys.get("time");
  const id = keys.get("id");
  if (time === undefined || id === undefined) throw new TypeError("A table without time or id was let through");
  const isZoned = time.type === "timestamptz";
  const hasTimeIndex = found.indexed.includes(time.name);
  const byId = !hasTimeIndex && WHOLE.includes(id.type) && found.indexed.includes(id.name);
  return {
    kind: "found",
    table: {
      label,
      sql: `${identifier(found.schema)}.${identifier(found.name)}`,
      fileNode: found.fileNode,
      estimatedRows: found.estimatedRows,
      fields,
      identity: WHOLE.includes(id.type) ? "id and time" : "id",
      mayRepeat: !found.unique.includes(id.name),
      order: byId ? "id" : "time",
      hasTimeIndex,
      timeKey: isZoned || time.type === "timestamp" ? identifier(time.name) : (fields[0]?.sql ?? ""),
      idKey: identifier(id.name),
      timeLiteral: (micros) =>
        isZoned ? `(${timestampLiteral(micros)} AT TIME ZONE 'UTC')` : timestampLiteral(micros),
      notes,
    },
  };
}

/** All columns that would be read if our role were allowed to, so that one GRANT does. */
function closedColumns(found: FoundTable, configured: ReadonlyMap<string, string>): string[] {
  const names = ROLES.flatMap((role) => {
    const wanted = configured.get(role);
    const column = (wanted === undefined ? candidates(found.name, role) : [wanted])
      .flatMap((name) => found.columns.find((one) => one.name === name) ?? [])
      .at(0);
    return column === undefined || column.isReadable || FORBIDDEN_COLUMNS.includes(column.name) ? [] : [column.name];
  });
  return [...new Set(names)];
}

/** The names that a role's column may have: those of the known table, else of any. */
function candidates(table: string, role: Role): string[] {
  const known = KNOWN_TABLES.filter(({ name }) => name === table);
  const names = (known.length > 0 ? known : KNOWN_TABLES).flatMap(({ columns }) => columns.get(role) ?? []);
  return names.length > 0 ? [...new Set(names)] : [role];
}

/** Whether a table of this name usually has the role. */
function isExpected(table: string, role: Role): boolean {
  return KNOWN_TABLES.some(({ name, columns }) => name === table && columns.has(role));
}
