import type { DayRange } from "../../ledger/spend/days.ts";
import { groupedUse } from "../../ledger/spend/grouped.ts";
import type { LedgerReader } from "../../ledger/spend/reader.ts";
import { cleanNumber } from "../clean-number.ts";
import { bySpend } from "./month.ts";
import { type Caller, ownUser } from "./reply.ts";

/** `/global/spend/provider`: spend of each provider, highest first. Requests that reached none are left out. */
export function answerProviders(ledger: LedgerReader, days: DayRange, caller: Caller) {
  const groups = groupedUse(ledger, { days, by: ["provider"], of: ownUser(caller) });
  return bySpend(groups)
    .filter(({ names: [provider] }) => provider !== null && provider !== "")
    .map(({ names: [provider], spend }) => ({ provider, spend: cleanNumber(spend) }));
}
