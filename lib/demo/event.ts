/** What the client was told: 200, or one of the failures that LiteLLM counts (a refused key, 401, it counts nowhere). */
export type RequestStatus = 200 | 400 | 408 | 429 | 500;

/**
 * One request that a client sent to the simulated LiteLLM, at the moment it was answered: the unit of the true event
 * log. `undefined` stands for "unset" and is `None` on the page.
 */
export type RequestEvent = {
  /** UTC milliseconds. */
  readonly at: number;
  /** What the provider was asked, without prefix; what the client sent where no deployment was found. */
  readonly model: string;
  /** What the client asked for (`requested_model`). */
  readonly modelGroup: string;
  /** `undefined` where no deployment was found for `modelGroup`. */
  readonly modelId: string | undefined;
  /** LiteLLM's name of the provider; `""` where no deployment was found. */
  readonly provider: string;
  readonly key: { readonly hash: string; readonly alias: string | undefined };
  readonly team: { readonly id: string | undefined; readonly alias: string | undefined };
  readonly user: string | undefined;
  readonly userEmail: string | undefined;
  readonly endUser: string | undefined;
  readonly status: RequestStatus;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Part of the prompt that the provider read from its own cache. */
  readonly cachedTokens: number;
  /** Part of the completion that was reasoning. */
  readonly reasoningTokens: number;
  /** Answered from LiteLLM's own cache; `undefined` where that cache is off. */
  readonly cacheHit: boolean | undefined;
  /** US dollars. */
  readonly spend: number;
  readonly clientIp: string;
  readonly userAgent: string;
  readonly route: string;
};
