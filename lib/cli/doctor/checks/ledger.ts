import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "ledger";

/** Whether the spend ledger in PostgreSQL can be asked; one that nobody has fed yet is no problem. */
export function checkLedger({ ledger }: Pick<Facts, "ledger">): Finding[] {
  if (ledger === undefined) return [];
  if (ledger.kind === "open") return [{ about, level: "ok", message: `The spend ledger lies in ${ledger.place}` }];
  const { reason, message } = ledger;
  return [
    reason === "missing" ? { about, level: "note", message } : { about, level: "problem", exit: "database", message },
  ];
}
