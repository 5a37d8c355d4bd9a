import type { UsageAnswer } from "../query/usage/answer.ts";
import { countText } from "./count-text.ts";
import type { Phrase } from "./flow.ts";
import { moneyText } from "./money-text.ts";
import type { Paint } from "./paint.ts";
import { percentText } from "./percent-text.ts";

const TIMES_FROM_PERCENT = 900;

/** What gives the total its meaning: the time before, where it is heading, and what it rests on. */
export function contextPhrases(answer: UsageAnswer, paint: Paint): Phrase[] {
  const { observed_ratio: observed, estimated_ratio: estimated } = answer.coverage;
  const phrases = [comparison(answer, paint), budgetPhrase(answer, paint), forecast(answer)];
  if (observed < 1) phrases.push(["observed", percentText(observed * 100), "of", "the", "time"]);
  if (estimated > 0) phrases.push(["estimated", percentText(estimated * 100), "of", "the", "time"]);
  return phrases.filter((phrase) => phrase !== undefined);
}

function comparison({ period, total, previous }: UsageAnswer, paint: Paint): Phrase | undefined {
  if (total.cost === null || previous.cost === null) return undefined;
  const words = [...previousName(period.name).split(" "), moneyText(previous.cost)];
  const percent = (total.cost / previous.cost - 1) * 100;
  // From nothing, any rise is beyond percents.
  if (!Number.isFinite(percent)) return words;
  if (Math.abs(percent) < 0.5) return [...words, "(about the same)"];
  return [...words, paint(percent > 0 ? "yellow" : "plain", `(${changeText(percent)})`)];
}

/** Beyond ten times as much, percents are hard to read. */
function changeText(percent: number): string {
  if (percent >= TIMES_FROM_PERCENT) return `${countText(Math.round(percent / 100 + 1))} times as much`;
  return `${percent < 0 ? "-" : "+"}${countText(Math.abs(percent))} %`;
}

function previousName(period: string): string {
  switch (period) {
    case "today":
      return "yesterday by this time";
    case "yesterday":
      return "the day before";
    case "week":
    case "month":
      return `last ${period} by this time`;
    default:
      return "the time before";
  }
}

function budgetPhrase({ budget }: UsageAnswer, paint: Paint): Phrase | undefined {
  if (!budget) return undefined;
  const words = [budget.window, "budget", moneyText(budget.limit)];
  if (budget.used_ratio === null) return words;
  const tone = budget.passed ? "red" : budget.forecast_passes ? "yellow" : "plain";
  return [...words, paint(tone, `(${percentText(budget.used_ratio * 100)} used)`)];
}

function forecast({ period, total, forecast }: UsageAnswer): Phrase | undefined {
  const { cost, low, high } = forecast;
  const name = runningName(period.name, (high ?? 0) > (total.cost ?? 0));
  if (cost === null || name === undefined) return undefined;
  const words = ["forecast", "for", "the", name, moneyText(cost)];
  if (low === null || high === null || low === high) return words;
  return [...words, `(${moneyText(low)}`, "to", `${moneyText(high)})`];
}

/** What the period is, while it runs; one of any length runs while its forecast has something to add. */
function runningName(period: string, hasMore: boolean): string | undefined {
  switch (period) {
    case "today":
      return "day";
    case "week":
    case "month":
      return period;
    case "yesterday":
      return undefined;
    default:
      return hasMore ? "period" : undefined;
  }
}
