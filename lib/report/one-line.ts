import type { UsageAnswer } from "../query/usage/answer.ts";
import { ageText, readingVerb } from "./age-text.ts";
import { countText } from "./count-text.ts";
import { moneyText } from "./money-text.ts";
import { percentText } from "./percent-text.ts";
import { periodDates, periodName } from "./period-text.ts";
import { safeText } from "./safe-text.ts";

/** The age of older numbers is shown, since nothing else on a status bar would tell it. */
const STALE_FROM_MS = 2 * 3_600_000;

/**
 * An answer as one short line for a status bar (tmux, waybar): `$0.53 today · 170 req · 26 % of $2.00`. It holds no
 * foreign text and none of the characters that those programs take for markup.
 */
export function oneLine(
  answer: UsageAnswer,
  look: { readonly separator: string; readonly now: number; readonly newestAt: number | undefined },
): string {
  const { period, coverage, total, budget } = answer;
  const when = safeText(periodName(period) ?? periodDates(period));
  if (coverage.from === null) return `no data ${when}\n`;
  const parts = [`${moneyText(total.cost)} ${when}`, `${countText(total.requests)} req`];
  if (budget) {
    const used = budget.used_ratio === null ? "" : `${percentText(budget.used_ratio * 100)} of `;
    parts.push(`${used}${moneyText(budget.limit)}${budget.passed ? " passed" : ""}`);
  }
  const ageMs = look.newestAt === undefined ? 0 : look.now - look.newestAt;
  if (ageMs >= STALE_FROM_MS) parts.push(`${readingVerb(answer)} ${ageText(ageMs)}`);
  return `${parts.join(look.separator)}\n`;
}
