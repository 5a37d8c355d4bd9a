import type { CoverageAnswer } from "../../query/coverage-answer.ts";
import type { Health } from "../../query/health/health.ts";
import type { UsageAnswer } from "../../query/usage/answer.ts";
import {
  type Ask,
  type Asked,
  askChart,
  askCoverage,
  askGroups,
  askHealth,
  askPeople,
  askPeriod,
  askRequests,
  askSummary,
  type Summary,
} from "./api.ts";
import type { View } from "./view.ts";

/** The periods that have a card. */
export const CARDS = ["today", "week", "month"] as const;

/** Everything that the page shows of a view. */
export type Loaded = {
  readonly view: View;
  readonly cards: readonly Asked<UsageAnswer>[];
  readonly chart: Asked<UsageAnswer>;
  readonly groups: Asked<UsageAnswer>;
  readonly coverage: Asked<CoverageAnswer>;
  /** What the spend ledger says of the requests. */
  readonly requests: Asked<UsageAnswer>;
  /** Something that names people, or its refusal. */
  readonly people: Asked<UsageAnswer>;
  readonly health: Asked<Health>;
  readonly summary: Asked<Summary>;
};

/** Asks for everything that the page shows of a view, all at once as far as that goes. */
export async function load(ask: Ask, view: View): Promise<Loaded> {
  const largest = askChart(ask, view);
  // Where the chart shows every group, the table needs no more.
  const all = largest.then((asked) =>
    asked.kind === "answer" && hasRest(asked.body) ? askGroups(ask, view, asked.body.source ?? "metrics") : asked,
  );
  const [cards, chart, groups, requests, coverage, people, health, summary] = await Promise.all([
    Promise.all(CARDS.map((period) => askPeriod(ask, period))),
    largest,
    all,
    askRequests(ask, view),
    askCoverage(ask, view),
    askPeople(ask),
    askHealth(ask),
    askSummary(ask),
  ]);
  return { view, cards, chart, groups, requests, coverage, people, health, summary };
}

function hasRest({ groups }: UsageAnswer): boolean {
  return groups.some(({ folded }) => folded !== undefined);
}

/** Whether the server wants a key that the page does not have: what names nobody is refused, too. */
export function needsKey({ cards }: Loaded): boolean {
  return cards.some(({ kind }) => kind === "refused");
}

/** Whether the server gave no answer at all. */
export function isUnreachable({ cards, chart }: Loaded): boolean {
  return [...cards, chart].some(({ kind }) => kind === "unreachable");
}
