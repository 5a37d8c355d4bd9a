import type { UsageAnswer } from "../query/usage/answer.ts";
import { ageText } from "./age-text.ts";
import { flow } from "./flow.ts";
import { periodDates, periodName } from "./period-text.ts";
import { safeText } from "./safe-text.ts";

/** The order in which parts of the title go where the width does not hold them all; the name of the period stays. */
const DROP_ORDER = ["program", "zone", "verb", "dates", "age"] as const;
type Part = (typeof DROP_ORDER)[number];

/** What is reported, for when, and how fresh it is, in one line as long as the width allows. */
export function titleLines(
  period: UsageAnswer["period"],
  look: {
    readonly width: number;
    readonly separator: string;
    readonly now: number;
    readonly newestAt: number | undefined;
    /** What was done at that moment (`readingVerb`). */
    readonly verb: string;
  },
): string[] {
  let phrases: string[] = [];
  for (let dropped = 0; dropped <= DROP_ORDER.length; dropped++) {
    const kept = new Set<Part>(DROP_ORDER.slice(dropped));
    const ageMs = look.newestAt === undefined ? undefined : look.now - look.newestAt;
    phrases = titlePhrases(period, kept, ageMs, look.verb);
    if (Bun.stringWidth(phrases.join(look.separator)) <= look.width) break;
  }
  return flow(
    phrases.map((phrase) => phrase.split(" ")),
    look.separator,
    look.width,
  );
}

function titlePhrases(
  period: UsageAnswer["period"],
  kept: ReadonlySet<Part>,
  ageMs: number | undefined,
  verb: string,
): string[] {
  const name = periodName(period);
  const phrases: string[] = [];
  if (kept.has("program")) phrases.push("litellm-pulse");
  if (name !== undefined) phrases.push(safeText(name));
  if (kept.has("dates") || name === undefined) {
    const zone = kept.has("zone") ? ` (${safeText(period.timezone)})` : "";
    phrases.push(`${safeText(periodDates(period))}${zone}`);
  }
  if (kept.has("age")) {
    const age = ageMs === undefined ? `not ${verb} yet` : `${kept.has("verb") ? `${verb} ` : ""}${ageText(ageMs)}`;
    phrases.push(age);
  }
  return phrases;
}
