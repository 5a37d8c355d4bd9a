import type { Period } from "../../aggregator/window.ts";
import type { Dimension } from "../../litellm/dimensions.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import type { UsageFilter } from "../../store/read/usage-rows.ts";

export const STEPS = ["15m", "hour", "day"] as const;
export type Step = (typeof STEPS)[number];

/** What a usage answer is grouped by. */
export type Grouping = Dimension | LedgerGrouping | "day" | "hour";

/** What only the spend ledger knows. */
export const LEDGER_GROUPINGS = ["tag", "status"] as const;
export type LedgerGrouping = (typeof LEDGER_GROUPINGS)[number];

/** Where an answer comes from: LiteLLM's metrics or the records in the spend ledger. */
export const USAGE_SOURCES = ["metrics", "ledger"] as const;
export type AskedSource = (typeof USAGE_SOURCES)[number];

/** The stretch of time that is asked about: a civil period, the last so many milliseconds, or instants. */
export type Span =
  | { readonly kind: "period"; readonly period: Period }
  | { readonly kind: "last"; readonly text: string; readonly ms: number }
  /** `until` undefined: up to the newest good page. */
  | { readonly kind: "range"; readonly since: number; readonly until: number | undefined };

/** A usage question as flags or query parameters put it; its zone is the one that the answer is written in. */
export type UsageQuestion = {
  readonly span: Span;
  readonly by: readonly Grouping[];
  /** Undefined: by the length of the window. */
  readonly step: Step | undefined;
  /** How many of the largest groups to show; undefined: all. */
  readonly top: number | undefined;
  /** Undefined: by cost, and in the order of time where groups are days or hours. */
  readonly sort: CounterName | undefined;
  readonly filters: readonly UsageFilter[];
  /** The counter whose steps each group shows; undefined: none. */
  readonly groupSteps: CounterName | undefined;
  /** Undefined: the ledger where it covers the window, else the metrics. */
  readonly source?: AskedSource | undefined;
};

/** Whether only the spend ledger can answer, because it is asked for or nothing else knows the groups. */
export function needsLedger({ source, by }: Pick<UsageQuestion, "source" | "by">): boolean {
  return source === "ledger" || by.some((name) => LEDGER_GROUPINGS.some((known) => known === name));
}

export const DEFAULT_QUESTION: UsageQuestion = {
  span: { kind: "period", period: "today" },
  by: ["model"],
  step: undefined,
  top: undefined,
  sort: undefined,
  filters: [],
  groupSteps: undefined,
};
