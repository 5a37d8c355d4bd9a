import type { LedgerDimension, Rollup } from "../../ledger/questions/usage-rows.ts";
import { DIMENSIONS } from "../../litellm/dimensions.ts";
import { type BadQuestion, bad } from "../question/question-words.ts";
import { LEDGER_GROUPINGS, type UsageQuestion } from "../question/usage-question.ts";

const ROUTE: readonly LedgerDimension[] = ["model", "model_group", "provider"];

/** What each rollup can be asked by, the smallest first. Of those that know no hours, days are the finest. */
const ROLLUPS: readonly {
  readonly rollup: Exclude<Rollup, "quarter_total" | "quarter">;
  readonly dimensions: readonly LedgerDimension[];
  readonly knowsHours: boolean;
}[] = [
  { rollup: "route_day", dimensions: [...ROUTE, "status"], knowsHours: true },
  { rollup: "tag_day", dimensions: ["tag"], knowsHours: false },
  { rollup: "payer_day", dimensions: [...ROUTE, "key", "user", "team"], knowsHours: false },
  { rollup: "customer_day", dimensions: [...ROUTE, "key", "user", "team", "end_user"], knowsHours: false },
];

/** The dimensions of a question in the order of its groups, without its times. */
export function dimensionsOf({ by }: Pick<UsageQuestion, "by">): LedgerDimension[] {
  const known: readonly LedgerDimension[] = [...DIMENSIONS, ...LEDGER_GROUPINGS];
  return by.flatMap((name) => known.find((dimension) => dimension === name) ?? []);
}

/** The rollup of days that answers a question, and whether quarter hours stand behind it. */
export type DayRollup = (typeof ROLLUPS)[number];

/** The smallest rollup that holds what a question combines, or what there is instead. */
export function rollupFor(question: UsageQuestion): DayRollup | BadQuestion {
  const asked = [...dimensionsOf(question), ...question.filters.map(({ dimension }) => dimension)];
  const holds = ({ dimensions }: DayRollup) => asked.every((name) => dimensions.includes(name));
  // Steps are those of the total, which is known by the quarter hour unless it is filtered, or of the groups.
  const isFine = question.step === "hour" || question.step === "15m";
  const isOfParts = question.filters.length > 0 || question.groupSteps !== undefined;
  const needsHours = question.by.includes("hour") || (isFine && isOfParts);
  const found = ROLLUPS.find((rollup) => holds(rollup) && (rollup.knowsHours || !needsHours));
  if (found) return found;
  const words = [...new Set([...asked, ...(needsHours ? ["hour"] : [])])];
  const available = ROLLUPS.map(({ dimensions, knowsHours }) =>
    [...dimensions, "day", ...(knowsHours ? ["hour"] : [])].join(", "),
  );
  return bad(
    `The spend ledger does not hold ${words.join(" with ")}: one of its rollups has to have all of them`,
    available,
  );
}
