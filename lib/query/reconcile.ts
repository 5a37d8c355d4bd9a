import type { UnpricedUse } from "../ledger/questions/unpriced.ts";
import type { Prices } from "../prices/prices.ts";
import { rowCost } from "../prices/row-cost.ts";
import { cleanNumber } from "./clean-number.ts";
import type { UsageGroup } from "./usage/groups.ts";

/** What one side says of a model on a day. */
type Said = { readonly requests: number; readonly failed_requests: number; readonly cost: number };

/** Why the two sides probably differ. */
export type DriftCause =
  | "several_workers"
  | "rows_missing"
  | "unpriced"
  | "spend_logs_disabled"
  | "refused_key"
  | "fallback"
  | "not_observed"
  | "unknown";

/** A model on a day: the logs beside the metrics. `drift` is metrics less logs, in US dollars and percent of the logs. */
export type ReconciledRow = {
  readonly day: string;
  readonly model: string | null;
  readonly metrics: Said;
  readonly logs: Said;
  readonly drift: number;
  /** Null where the logs have no cost. */
  readonly drift_percent: number | null;
  /** Null where the two agree. */
  readonly cause: DriftCause | null;
};

/** What is known besides the numbers. */
export type ReconcileContext = {
  /** Whether several workers answer in turn and nothing tells them apart. */
  readonly isInTurn: boolean;
  /** Whether all of the elapsed time was scraped. */
  readonly isObserved: boolean;
  readonly unpricedModels: ReadonlySet<string>;
};

/** Amounts that differ by less are the same: sums of different orders. */
const SAME = 1e-9;

/** Puts groups by day, model, model group and provider of both sides beside each other, in the order of days and models. */
export function reconcile(
  metrics: readonly UsageGroup[],
  logs: readonly UsageGroup[],
  context: ReconcileContext,
): ReconciledRow[] {
  const modelOf = modelsOfGroups(logs);
  const left = byDayAndModel(metrics, (group) => metricsName(group, modelOf));
  const right = byDayAndModel(logs, (group) => logName(group, modelOf));
  const loggedDays = new Set([...right.values()].filter(({ requests }) => requests > 0).map(({ day }) => day));
  const keys = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return keys.map((key) => {
    const { day, model } = left.get(key) ?? right.get(key) ?? { day: "", model: null };
    const said = { metrics: numbersOf(left.get(key)), logs: numbersOf(right.get(key)) };
    const drift = cleanNumber(said.metrics.cost - said.logs.cost);
    return {
      ...{ day, model, ...said, drift },
      drift_percent: said.logs.cost === 0 ? null : Math.round((drift / said.logs.cost) * 10_000) / 100,
      cause: causeOf(said, {
        ...context,
        model,
        isLogged: loggedDays.has(day),
        unrouted: right.get(key)?.unrouted ?? 0,
      }),
    };
  });
}

/** The likely cause of a difference, the plainest first. */
function causeOf(
  { metrics, logs }: { readonly metrics: Said; readonly logs: Said },
  known: ReconcileContext & {
    readonly model: string | null;
    readonly isLogged: boolean;
    /** Failures of the logs that came to no deployment. */
    readonly unrouted: number;
  },
): DriftCause | null {
  const isSameCost = Math.abs(metrics.cost - logs.cost) <= SAME * Math.max(1, Math.abs(logs.cost));
  const more = logs.requests - metrics.requests;
  const moreFailures = logs.failed_requests - metrics.failed_requests;
  if (isSameCost && more === 0) return null;
  if (!known.isLogged) return "spend_logs_disabled";
  if (more > 0 && isSameCost && moreFailures === more) {
    return known.model === null || known.unrouted >= more ? "refused_key" : "fallback";
  }
  if (known.isInTurn) return "several_workers";
  if (more < 0) return "rows_missing";
  // Equal costs show that the time was observed; LiteLLM 1.80 counts no requests for images, speech and moderations.
  const isSeen = isSameCost && logs.cost > 0;
  if (more > 0) return known.isObserved || isSeen ? "unknown" : "not_observed";
  return known.model !== null && known.unpricedModels.has(known.model) ? "unpriced" : "unknown";
}

/** Unpriced requests with what their tokens should have cost; null where no price is known, or none by tokens. */
export type UnpricedRow = {
  readonly model: string;
  readonly model_group: string | null;
  readonly provider: string | null;
  readonly requests: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly should_cost: number | null;
  /** The name of the price that was taken. */
  readonly priced_as: string | null;
};

/** Prices what cost nothing. */
export function priceUnpriced(uses: readonly UnpricedUse[], prices: Prices): UnpricedRow[] {
  return uses.map(({ model, modelGroup, provider, requests, promptTokens, completionTokens }) => {
    const row = { model, modelGroup, provider, promptTokens, completionTokens };
    const cost = rowCost({ ...row, cachedTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 }, prices);
    const isKnown = cost.kind === "cost";
    return {
      ...{ model, model_group: modelGroup, provider, requests },
      ...{ input_tokens: promptTokens, output_tokens: completionTokens },
      should_cost: isKnown ? cleanNumber(cost.usd) : null,
      priced_as: isKnown ? cost.pricedAs : null,
    };
  });
}

/** A model as both sides call it: logs may write the provider before it. An empty name is none. */
export function commonModel(model: string | null, provider: string | null): string | null {
  if (!model) return null;
  return provider && model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model;
}

/** The one model that answered for each model group of the logs; groups of several models have none. */
type ModelsOfGroups = ReadonlyMap<string, string>;

function modelsOfGroups(logs: readonly UsageGroup[]): ModelsOfGroups {
  const answered = logs.filter(({ model, model_group, provider }) => model && model_group && provider);
  const found = Map.groupBy(answered, ({ model_group }) => model_group ?? "");
  return new Map(
    [...found].flatMap(([name, rows]) => {
      const models = new Set(rows.map(({ model, provider }) => commonModel(model ?? null, provider ?? null)));
      const [only] = models;
      return models.size === 1 && only ? [[name, only] as const] : [];
    }),
  );
}

/** Metrics whose series name no model have the model group in its place. */
function metricsName({ model, model_group, provider }: UsageGroup, modelOf: ModelsOfGroups): string | null {
  const own = commonModel(model ?? null, provider ?? null);
  return model === model_group && model ? (modelOf.get(model) ?? own) : own;
}

/**
 * Rows of failures name no provider, and the group only where a deployment was chosen; else the model is what was asked
 * for.
 */
function logName({ model, model_group, provider }: UsageGroup, modelOf: ModelsOfGroups): string | null {
  if (provider) return commonModel(model ?? null, provider);
  const asked = model_group || model;
  return asked ? (modelOf.get(asked) ?? asked) : null;
}

type Named = Said & { readonly day: string; readonly model: string | null; readonly unrouted: number };

function byDayAndModel(
  groups: readonly UsageGroup[],
  nameOf: (group: UsageGroup) => string | null,
): Map<string, Named> {
  const found = new Map<string, Named>();
  for (const group of groups) {
    const day = group.day ?? "";
    const model = nameOf(group);
    const key = `${day} ${model ?? ""}`;
    const before = numbersOf(found.get(key));
    found.set(key, {
      ...{ day, model },
      unrouted:
        (found.get(key)?.unrouted ?? 0) + (group.provider || group.model_group ? 0 : (group.failed_requests ?? 0)),
      requests: before.requests + (group.requests ?? 0),
      failed_requests: before.failed_requests + (group.failed_requests ?? 0),
      cost: cleanNumber(before.cost + (group.cost ?? 0)),
    });
  }
  return found;
}

function numbersOf(said: Said | undefined): Said {
  const { requests, failed_requests, cost } = said ?? { requests: 0, failed_requests: 0, cost: 0 };
  return { requests, failed_requests, cost };
}
