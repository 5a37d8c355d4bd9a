import type { LedgerState } from "../../ledger/reader.ts";
import { ALL_DAYS, type DayRange } from "../../ledger/sums/days.ts";
import { useOfTags } from "../../ledger/sums/totals.ts";
import { cleanNumber } from "../clean-number.ts";
import { roundHalfEven } from "../round-half-even.ts";
import { bySpend } from "./month.ts";

/** Among the tags asked for, this one means no filter. */
const EVERY_TAG = "all-tags";

/** `/spend/tags`: requests and spend of each tag. */
export async function answerTags(ledger: LedgerState, days: DayRange) {
  return bySpend(await useOfTags(ledger.sql, days)).map(({ tag, requests, spend }) => ({
    individual_request_tag: tag,
    log_count: requests,
    total_spend: cleanNumber(spend),
  }));
}

/** `/global/spend/all_tag_names`: every tag that was ever used. */
export async function answerTagNames(ledger: LedgerState) {
  const uses = await useOfTags(ledger.sql, ALL_DAYS);
  return { tag_names: uses.map(({ tag }) => tag) };
}

/** `/global/spend/tags`: spend of each tag to four decimals, highest first, of the tags named or of all. */
export async function answerSpendPerTag(ledger: LedgerState, days: DayRange, tags: string | undefined) {
  const wanted = new Set(tags === undefined || tags === "" ? [EVERY_TAG] : tags.split(","));
  const uses = await useOfTags(ledger.sql, days);
  const used = uses.filter(({ tag }) => wanted.has(EVERY_TAG) || wanted.has(tag));
  return {
    spend_per_tag: bySpend(used).map(({ tag, requests, spend }) => ({
      name: tag,
      spend: roundHalfEven(cleanNumber(spend), 4),
      log_count: requests,
    })),
  };
}
