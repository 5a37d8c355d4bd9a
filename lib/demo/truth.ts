import type { RequestEvent } from "./event.ts";

/** True sums over requests. `requests` counts all, `failed` those that did not give 200; `cost` is US dollars. */
type Totals = {
  requests: number;
  failed: number;
  /** `input + output`. */
  tokens: number;
  input: number;
  output: number;
  /** Part of `output`. */
  reasoning: number;
  /** Part of `input` that the provider read from its cache. */
  cached: number;
  cost: number;
  /** Answers from LiteLLM's own cache. */
  cacheHits: number;
};

/**
 * True sums in total and by what a page can tell apart; what is unset stands under `None`, as on the page. A failure
 * stands under the model of the deployment that failed, which a page of 1.82 names only on `litellm_deployment_*`.
 */
export type Truth = {
  readonly total: Totals;
  readonly byModel: Map<string, Totals>;
  readonly byModelGroup: Map<string, Totals>;
  readonly byProvider: Map<string, Totals>;
  readonly byKeyAlias: Map<string, Totals>;
  /** By team id. */
  readonly byTeam: Map<string, Totals>;
  readonly byTeamAlias: Map<string, Totals>;
};

/** Sums that are all zero. */
export function emptyTruth(): Truth {
  return {
    total: emptyTotals(),
    byModel: new Map(),
    byModelGroup: new Map(),
    byProvider: new Map(),
    byKeyAlias: new Map(),
    byTeam: new Map(),
    byTeamAlias: new Map(),
  };
}

/** Adds one request to every sum that it belongs to. */
export function addToTruth(truth: Truth, event: RequestEvent): void {
  addTo(truth.total, event);
  addTo(entry(truth.byModel, event.model), event);
  addTo(entry(truth.byModelGroup, event.modelGroup), event);
  addTo(entry(truth.byProvider, event.provider === "" ? undefined : event.provider), event);
  addTo(entry(truth.byKeyAlias, event.key.alias), event);
  addTo(entry(truth.byTeam, event.team.id), event);
  addTo(entry(truth.byTeamAlias, event.team.alias), event);
}

/** The true sums over some requests: of a day, of a worker, of whatever `events` was filtered to. */
export function truthOf(events: Iterable<RequestEvent>): Truth {
  const truth = emptyTruth();
  for (const event of events) addToTruth(truth, event);
  return truth;
}

function emptyTotals(): Totals {
  return { requests: 0, failed: 0, tokens: 0, input: 0, output: 0, reasoning: 0, cached: 0, cost: 0, cacheHits: 0 };
}

function entry(sums: Map<string, Totals>, name: string | undefined): Totals {
  const known = sums.get(name ?? "None");
  if (known !== undefined) return known;
  const fresh = emptyTotals();
  sums.set(name ?? "None", fresh);
  return fresh;
}

function addTo(totals: Totals, event: RequestEvent): void {
  totals.requests += 1;
  totals.failed += event.status === 200 ? 0 : 1;
  totals.tokens += event.promptTokens + event.completionTokens;
  totals.input += event.promptTokens;
  totals.output += event.completionTokens;
  totals.reasoning += event.reasoningTokens;
  totals.cached += event.cachedTokens;
  totals.cost += event.spend;
  totals.cacheHits += event.cacheHit === true ? 1 : 0;
}
