import type { RequestEvent } from "./event.ts";

/** One deployment; prices are US dollars per token, token counts are medians. */
export type DemoModel = {
  readonly group: string;
  readonly model: string;
  readonly modelId: string;
  readonly provider: string;
  readonly route: string;
  readonly inputPrice: number;
  readonly outputPrice: number;
  readonly cachedPrice: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Share of the completion that is reasoning. */
  readonly reasoningRatio: number;
  /** Share of the prompt that is read from the provider's cache, in those requests where any is. */
  readonly cachedRatio: number;
  readonly weight: number;
};

/** One virtual key with its owner. */
export type DemoKey = {
  readonly hash: string;
  readonly alias: string | undefined;
  readonly team: { readonly id: string | undefined; readonly alias: string | undefined };
  readonly user: string | undefined;
  readonly userEmail: string | undefined;
  /** Empty where requests name no end user. */
  readonly endUsers: readonly string[];
  readonly clientIp: string;
  readonly userAgents: readonly string[];
  /** Model groups that the key uses; empty means all. */
  readonly groups: readonly string[];
  readonly weight: number;
};

/** Who uses the simulated LiteLLM, for what, and how much. */
export type Population = {
  readonly keys: readonly DemoKey[];
  readonly models: readonly DemoModel[];
  /** Mean over the week; the hour of the day and the weekday shape it. */
  readonly requestsPerDay: number;
  readonly failureRatio: number;
  /** Share of requests that LiteLLM's own cache answers; `undefined` is "cache off". */
  readonly cacheHitRatio: number | undefined;
  /** Local time of these people minus UTC. */
  readonly utcOffsetMs: number;
};

/** What LiteLLM books for a request, in US dollars: cached prompt tokens at their own price, a cache hit for nothing. */
export function spendOf(
  model: Pick<DemoModel, "inputPrice" | "outputPrice" | "cachedPrice">,
  usage: Pick<RequestEvent, "promptTokens" | "completionTokens" | "cachedTokens" | "cacheHit">,
): number {
  if (usage.cacheHit === true) return 0;
  const fresh = usage.promptTokens - usage.cachedTokens;
  return fresh * model.inputPrice + usage.cachedTokens * model.cachedPrice + usage.completionTokens * model.outputPrice;
}

/** The 64 hexadecimal digits that LiteLLM shows for a key or a deployment. */
export function sha256Hex(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}
