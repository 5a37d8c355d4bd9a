import type { LedgerReader, LedgerState } from "../../ledger/reader.ts";
import { type Reply, valueReply } from "../../query/spend/reply.ts";

/** A reply whose value is of one state of the ledger. */
export async function ledgerReply(
  ledger: LedgerReader,
  answer: (state: LedgerState) => Promise<unknown>,
): Promise<Reply> {
  return valueReply(await ledger.snapshot(answer));
}
