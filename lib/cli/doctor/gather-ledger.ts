import type { Config } from "../../config/resolve.ts";
import type { LedgerFacts } from "./facts.ts";

/** Looks for the spend ledger in PostgreSQL, where one is set, and writes nothing. */
export async function gatherLedger({ ledgerUrl }: Pick<Config, "ledgerUrl">): Promise<LedgerFacts | undefined> {
  if (ledgerUrl === undefined) return undefined;
  const { openPostgresView } = await import("../../ledger/sql/postgres.ts");
  const opened = await openPostgresView(ledgerUrl);
  if (opened.kind === "failed") return opened;
  await opened.view.close();
  return { kind: "open", place: opened.place };
}
