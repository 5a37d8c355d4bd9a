import { parseAddress } from "../../postgres/address.ts";
import { openClient } from "../../postgres/client.ts";
import { type SourceFailure, sourceFailure } from "../../postgres/failure.ts";
import { discover, type TableWish } from "./discover.ts";

/**
 * What would be read: the table and its server, free of secrets, and what the ledger will not know of it; or why
 * nothing would.
 */
export type SourceLook =
  | { readonly kind: "found"; readonly table: string; readonly place: string; readonly notes: readonly string[] }
  | ({ readonly kind: "failed" } & SourceFailure);

/** Looks which table would be read and whether it may be, without reading a row. */
export async function lookAtSource(url: string, wish: TableWish): Promise<SourceLook> {
  const address = parseAddress(url);
  if (address === undefined) throw new TypeError("The setting let a URL through that is none");
  const client = openClient(address);
  try {
    const found = await discover(client, wish);
    if (found.kind === "unfit") return { kind: "failed", reason: "refused", message: found.message };
    const { label, notes } = found.table;
    return { kind: "found", table: label, place: `PostgreSQL at ${address.label}`, notes };
  } catch (error) {
    return { kind: "failed", ...sourceFailure(error, address) };
  } finally {
    await client.close();
  }
}
