import type { UsageAnswer } from "../query/usage/answer.ts";

const UNITS = [
  { name: "d", ms: 86_400_000 },
  { name: "h", ms: 3_600_000 },
  { name: "min", ms: 60_000 },
] as const;

/** What was done at the moment of the newest numbers: LiteLLM's page was scraped, or its log folded into the ledger. */
export function readingVerb({ source }: Pick<UsageAnswer, "source">): string {
  return source === "ledger" ? "folded" : "scraped";
}

/** How long ago something was, in the largest unit of which two are full: `12 s ago`, `90 min ago`, `3 d ago`. */
export function ageText(ageMs: number): string {
  const unit = UNITS.find(({ ms }) => ageMs >= 2 * ms) ?? { name: "s", ms: 1000 };
  return `${Math.max(0, Math.floor(ageMs / unit.ms))} ${unit.name} ago`;
}
