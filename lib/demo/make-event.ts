import type { RequestEvent } from "./event.ts";
import { type Population, spendOf } from "./population.ts";

/** What a test wants to say about a request; everything else follows from the population. */
export type EventWish = Partial<Omit<RequestEvent, "key" | "at">> & {
  readonly at: number;
  /** Alias of one of the population's keys; the first key without it. */
  readonly keyAlias?: string;
};

/**
 * One complete request of a population: by `keyAlias` and `modelGroup` if given, else its first key and model. Spend
 * follows from tokens and price unless given; a failure has no tokens. Throws on a key or group that is not there.
 */
export function makeEvent(population: Population, wish: EventWish): RequestEvent {
  const { keyAlias, ...given } = wish;
  const key = population.keys.find((each) => keyAlias === undefined || each.alias === keyAlias);
  const model = population.models.find((each) => given.modelGroup === undefined || each.group === given.modelGroup);
  if (key === undefined) throw new RangeError(`No such key in the population: ${keyAlias}`);
  if (model === undefined) throw new RangeError(`No such model group in the population: ${given.modelGroup}`);
  const failed = given.status !== undefined && given.status !== 200;
  const usage = {
    promptTokens: given.promptTokens ?? (failed ? 0 : model.promptTokens),
    completionTokens: given.completionTokens ?? (failed ? 0 : model.completionTokens),
    cachedTokens: given.cachedTokens ?? 0,
    cacheHit: given.cacheHit,
  };
  return {
    model: model.model,
    modelGroup: model.group,
    modelId: model.modelId,
    provider: model.provider,
    key: { hash: key.hash, alias: key.alias },
    team: key.team,
    user: key.user,
    userEmail: key.userEmail,
    endUser: key.endUsers[0],
    status: 200,
    reasoningTokens: 0,
    clientIp: key.clientIp,
    userAgent: key.userAgents[0] ?? "OpenAI/Python 2.8.0",
    route: model.route,
    spend: spendOf(model, usage),
    ...given,
    ...usage,
  };
}
