import type { LedgerState } from "../../ledger/reader.ts";
import type { DayRange } from "../../ledger/sums/days.ts";
import { groupedUse } from "../../ledger/sums/grouped.ts";
import { cleanNumber } from "../clean-number.ts";
import { bySpend } from "./month.ts";
import { type Caller, ownUser } from "./reply.ts";

/** `/global/spend/provider`: spend of each provider, highest first. Requests that reached none are left out. */
export async function answerProviders(ledger: LedgerState, days: DayRange, caller: Caller) {
  const groups = await groupedUse(ledger, { days, by: ["provider"], measures: ["spend"], of: ownUser(caller) });
  return bySpend(groups)
    .filter(({ names: [provider] }) => provider !== null && provider !== "")
    .map(({ names: [provider], spend }) => ({ provider, spend: cleanNumber(spend) }));
}
