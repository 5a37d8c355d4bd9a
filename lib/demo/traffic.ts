import type { RequestEvent, RequestStatus } from "./event.ts";
import { type DemoKey, type DemoModel, type Population, spendOf } from "./population.ts";
import { createRandom, drawCount, drawTokens, hash32, pick, pickWeighted } from "./random.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How busy each hour of the local day is; the mean is 1. */
const HOURS = [
  0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.4, 0.8, 1.3, 1.7, 1.8, 1.7, 1.3, 1.5, 1.7, 1.6, 1.5, 1.3, 1.2, 1.4, 1.6, 1.3, 0.7,
  0.4,
];

/** How busy each weekday is, Sunday first; the mean is 1. */
const WEEKDAYS = [0.6, 1.15, 1.2, 1.2, 1.15, 1.05, 0.65];

/** How often each failure comes among failures. */
const FAILURES: readonly { readonly status: RequestStatus; readonly weight: number }[] = [
  { status: 429, weight: 4 },
  { status: 500, weight: 3 },
  { status: 408, weight: 2 },
  { status: 400, weight: 2 },
];

/**
 * The requests of a population at `fromMs <= at < toMs`, oldest first. Every minute has its own random numbers, made of
 * seed and minute, so the same seed gives the same requests however the time is cut into intervals.
 */
export function requestsBetween(population: Population, seed: number, fromMs: number, toMs: number): RequestEvent[] {
  const events: RequestEvent[] = [];
  for (let minute = Math.floor(fromMs / MINUTE_MS); minute * MINUTE_MS < toMs; minute += 1) {
    for (const event of requestsOfMinute(population, seed, minute)) {
      if (event.at >= fromMs && event.at < toMs) events.push(event);
    }
  }
  return events;
}

/** How many requests a minute has on average at this moment. */
export function requestsPerMinute(population: Population, atMs: number): number {
  const local = atMs + population.utcOffsetMs;
  const hour = HOURS[Math.floor(local / 3_600_000) - Math.floor(local / DAY_MS) * 24] ?? 1;
  const daysSinceSunday = (((Math.floor(local / DAY_MS) + 4) % 7) + 7) % 7;
  return (population.requestsPerDay / 1440) * hour * (WEEKDAYS[daysSinceSunday] ?? 1);
}

function requestsOfMinute(population: Population, seed: number, minute: number): RequestEvent[] {
  const startMs = minute * MINUTE_MS;
  const random = createRandom(hash32(seed, minute));
  const count = drawCount(random, requestsPerMinute(population, startMs));
  const events: RequestEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    const event = drawRequest(population, random, startMs + Math.floor(random() * MINUTE_MS));
    if (event !== undefined) events.push(event);
  }
  return events.sort((a, b) => a.at - b.at);
}

function drawRequest(population: Population, random: () => number, at: number): RequestEvent | undefined {
  const key = pickWeighted(random, population.keys);
  if (key === undefined) return undefined;
  const usable =
    key.groups.length === 0 ? population.models : population.models.filter((each) => key.groups.includes(each.group));
  const model = pickWeighted(random, usable);
  if (model === undefined) return undefined;
  const common = {
    at,
    key: { hash: key.hash, alias: key.alias },
    team: key.team,
    user: key.user,
    userEmail: key.userEmail,
    endUser: pick(random, key.endUsers),
    clientIp: key.clientIp,
    userAgent: pick(random, key.userAgents) ?? "OpenAI/Python 2.8.0",
    route: model.route,
  };
  return random() < population.failureRatio
    ? { ...common, ...drawFailure(random, key, model) }
    : { ...common, ...drawSuccess(population, random, model) };
}

function deployment(model: DemoModel) {
  return { model: model.model, modelGroup: model.group, modelId: model.modelId, provider: model.provider };
}

function drawFailure(random: () => number, key: DemoKey, model: DemoModel) {
  const status: RequestStatus = pickWeighted(random, FAILURES)?.status ?? 500;
  const unknown = `no-such-model-of-${key.user ?? "master"}`;
  const asked =
    status === 400 && random() < 0.5
      ? { model: unknown, modelGroup: unknown, modelId: undefined, provider: "" }
      : deployment(model);
  const usage = { promptTokens: 0, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 };
  return { ...asked, ...usage, status, cacheHit: undefined, spend: 0 };
}

function drawSuccess(population: Population, random: () => number, model: DemoModel) {
  const promptTokens = drawTokens(random, model.promptTokens);
  const completionTokens = drawTokens(random, model.completionTokens);
  const cacheHit = population.cacheHitRatio === undefined ? undefined : random() < population.cacheHitRatio;
  const cached = random() < 0.3 && cacheHit !== true ? model.cachedRatio : 0;
  const usage = { promptTokens, completionTokens, cachedTokens: Math.floor(promptTokens * cached), cacheHit };
  return {
    ...deployment(model),
    ...usage,
    reasoningTokens: Math.floor(completionTokens * model.reasoningRatio),
    status: 200 as const,
    spend: spendOf(model, usage),
  };
}
