import { ALL_DAYS, type DayRange } from "../../ledger/spend/days.ts";
import type { LedgerReader } from "../../ledger/spend/reader.ts";
import { useOfTags } from "../../ledger/spend/totals.ts";
import { cleanNumber } from "../clean-number.ts";
import { bySpend } from "./month.ts";
import { roundHalfEven } from "./round.ts";

/** Among the tags asked for, this one means no filter. */
const EVERY_TAG = "all-tags";

/** `/spend/tags`: requests and spend of each tag. */
export function answerTags(ledger: LedgerReader, days: DayRange) {
  return bySpend(useOfTags(ledger.db, days)).map(({ tag, requests, spend }) => ({
    individual_request_tag: tag,
    log_count: requests,
    total_spend: cleanNumber(spend),
  }));
}

/** `/global/spend/all_tag_names`: every tag that was ever used. */
export function answerTagNames(ledger: LedgerReader) {
  return { tag_names: useOfTags(ledger.db, ALL_DAYS).map(({ tag }) => tag) };
}

/** `/global/spend/tags`: spend of each tag to four decimals, highest first, of the tags named or of all. */
export function answerSpendPerTag(ledger: LedgerReader, days: DayRange, tags: string | undefined) {
  const wanted = new Set(tags === undefined || tags === "" ? [EVERY_TAG] : tags.split(","));
  const used = useOfTags(ledger.db, days).filter(({ tag }) => wanted.has(EVERY_TAG) || wanted.has(tag));
  return {
    spend_per_tag: bySpend(used).map(({ tag, requests, spend }) => ({
      name: tag,
      spend: roundHalfEven(spend, 4),
      log_count: requests,
    })),
  };
}
