import { type PostgresAddress, parseAddress } from "../../postgres/address.ts";
import { LedgerError } from "../ledger-error.ts";
import type { LedgerView } from "../ledger-sql.ts";
import { connect, type PostgresConnection } from "./connection.ts";
import { checkSchema, type LedgerRefusal, makeSchema } from "./schema.ts";
import { type PostgresStore, postgresStore } from "./store.ts";
import { postgresView } from "./view.ts";

/** A ledger in PostgreSQL that is open for questions; `place` says where, free of secrets. */
export type OpenedView = { readonly kind: "open"; readonly view: LedgerView; readonly place: string } | LedgerRefusal;

/** Opens the ledger at a `postgres://` address for questions; it has to be there. */
export async function openPostgresView(url: string): Promise<OpenedView> {
  const address = addressOf(url);
  const refusal = await trying(address, checkSchema);
  if (refusal) return refusal;
  return { kind: "open", view: postgresView(address), place: `PostgreSQL at ${address.label}` };
}

/** A ledger in PostgreSQL that is open for folding. */
export type OpenedStore =
  | { readonly kind: "open"; readonly store: PostgresStore; readonly place: string }
  | LedgerRefusal;

/** Opens the ledger at a `postgres://` address for folding; its tables are made or brought up to date. */
export async function openPostgresStore(url: string): Promise<OpenedStore> {
  const address = addressOf(url);
  const refusal = await trying(address, makeSchema);
  if (refusal) return refusal;
  return { kind: "open", store: postgresStore(address), place: `PostgreSQL at ${address.label}` };
}

/** The address of a URL that the setting has let through. */
export function addressOf(url: string): PostgresAddress {
  const address = parseAddress(url);
  if (address === undefined) throw new TypeError("The setting let a URL through that is none");
  return address;
}

/** Does something over a connection of its own; what PostgreSQL has against it is a refusal. */
export async function trying(
  address: PostgresAddress,
  work: (connection: PostgresConnection, address: PostgresAddress) => Promise<LedgerRefusal | undefined>,
): Promise<LedgerRefusal | undefined> {
  let connection: PostgresConnection | undefined;
  try {
    connection = await connect(address);
    return await work(connection, address);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { kind: "failed", reason: error.reason, message: error.message };
  } finally {
    await connection?.end();
  }
}
