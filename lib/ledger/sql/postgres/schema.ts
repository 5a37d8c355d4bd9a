import type { PostgresAddress } from "../../postgres/address.ts";
import { identifier, literal } from "../../postgres/sql-text.ts";
import { ledgerMigrations } from "../../schema/migrations.ts";
import { LedgerError } from "../ledger-error.ts";
import { LEDGER_RIGHTS, type PostgresConnection, schemaOf } from "./connection.ts";
import { lockKey } from "./lock.ts";

/** Why there is no ledger to use: `missing` where none was made yet. */
export type LedgerRefusal = {
  readonly kind: "failed";
  readonly reason: "missing" | "newer_schema" | "foreign" | "away" | "refused";
  readonly message: string;
};

const SETTING = "LITELLM_PULSE_LEDGER_URL";
const NO_RIGHT = "42501";

/** `version` is 0 of an empty schema, NaN of one with other tables. */
type Found = { readonly hasSchema: boolean; readonly mayUse: boolean; readonly version: number };

/** Looks whether the tables of a ledger are there as this program knows them. @throws LedgerError */
export async function checkSchema(
  connection: PostgresConnection,
  address: PostgresAddress,
): Promise<LedgerRefusal | undefined> {
  const found = await find(connection, address);
  const known = ledgerMigrations("postgres").length;
  const refusal = refusalOf(found, address, known);
  if (refusal) return refusal;
  if (found.version === known) return undefined;
  const what = found.version === 0 ? "holds no spend ledger yet" : `has the ledger's older schema ${found.version}`;
  return {
    kind: "failed",
    reason: "missing",
    message: `${placeOf(address)} ${what}: run litellm-pulse sync or import first, or set ${SETTING}`,
  };
}

/** Makes the tables of a ledger, or brings them up to date; one process at a time does it. @throws LedgerError */
export async function makeSchema(
  connection: PostgresConnection,
  address: PostgresAddress,
): Promise<LedgerRefusal | undefined> {
  const migrations = ledgerMigrations("postgres");
  const isReady = ({ version }: Found) => version === migrations.length;
  const before = await find(connection, address);
  if (isReady(before)) return undefined;
  const refusal = refusalOf(before, address, migrations.length);
  if (refusal) return refusal;
  const schema = identifier(schemaOf(address));
  try {
    await connection.script(`BEGIN; SELECT pg_advisory_xact_lock(${lockKey("schema", schemaOf(address))})`);
    const now = await find(connection, address);
    const refused = refusalOf(now, address, migrations.length);
    if (!refused && !isReady(now)) {
      if (!now.hasSchema) await connection.script(`CREATE SCHEMA ${schema}`);
      for (const migration of migrations.slice(now.version)) await connection.script(migration);
      await connection.script(
        `INSERT INTO meta (name, value) VALUES ('schema', ${literal(String(migrations.length))}), ('changes', '0')
          ON CONFLICT (name) DO UPDATE SET value = CASE WHEN meta.name = 'schema' THEN excluded.value ELSE meta.value END`,
      );
    }
    await connection.script("COMMIT");
    return refused;
  } catch (error) {
    if (error instanceof LedgerError && error.sqlState === NO_RIGHT) return noRight(address);
    throw error;
  }
}

async function find(connection: PostgresConnection, address: PostgresAddress): Promise<Found> {
  const [row] = await connection.sql.rows<{ usable: number | null; tables: number; ours: number }>(
    `SELECT (SELECT has_schema_privilege(oid, 'USAGE')::int FROM pg_namespace WHERE nspname = ?1) AS usable,
        COUNT(*) AS tables, COUNT(*) FILTER (WHERE tablename IN ('sheet', 'meta')) AS ours
       FROM pg_tables WHERE schemaname = ?1`,
    [schemaOf(address)],
  );
  const hasSchema = row !== undefined && row.usable !== null;
  const mayUse = row?.usable !== 0;
  if (!mayUse || row?.ours !== 2) return { hasSchema, mayUse, version: (row?.tables ?? 0) === 0 ? 0 : Number.NaN };
  const [meta] = await connection.sql.rows<{ value: string }>("SELECT value FROM meta WHERE name = 'schema'");
  return { hasSchema, mayUse, version: Number(meta?.value) };
}

function refusalOf({ version, mayUse }: Found, address: PostgresAddress, known: number): LedgerRefusal | undefined {
  if (!mayUse) {
    const message = `${placeOf(address)} may not be used by role ${identifier(address.user)}, which ${LEDGER_RIGHTS}`;
    return { kind: "failed", reason: "refused", message };
  }
  if (Number.isNaN(version)) {
    return {
      kind: "failed",
      reason: "foreign",
      message: `${placeOf(address)} holds tables of another program and is left alone: name another schema in ${SETTING}, as in ?schema=litellm_pulse`,
    };
  }
  if (version <= known) return undefined;
  return {
    kind: "failed",
    reason: "newer_schema",
    message: `The spend ledger in ${placeOf(address)} has schema ${version}, this program knows up to ${known}: use a newer litellm-pulse, or another ${SETTING}`,
  };
}

function noRight(address: PostgresAddress): LedgerRefusal {
  const schema = identifier(schemaOf(address));
  const [user, database] = [identifier(address.user), identifier(address.database)];
  return {
    kind: "failed",
    reason: "refused",
    message: `${placeOf(address)} cannot be made by role ${user}: run CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${user} as its administrator, or GRANT CREATE ON DATABASE ${database} TO ${user}`,
  };
}

function placeOf(address: PostgresAddress): string {
  return `Schema ${schemaOf(address)} of PostgreSQL at ${address.label}`;
}
