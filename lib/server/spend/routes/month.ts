import * as v from "valibot";
import { namesOfKeys } from "../../../ledger/litellm/aliases.ts";
import { cleanNumber } from "../../../query/clean-number.ts";
import { answerBudgets } from "../../../query/spend/budgets.ts";
import { answerDailySpend, answerGlobalSpend, answerTopModels, topKeys } from "../../../query/spend/month.ts";
import { answerProviders } from "../../../query/spend/providers.ts";
import { valueReply } from "../../../query/spend/reply.ts";
import { declareRoute, type Route } from "../declaration.ts";
import { ledgerReply } from "../ledger-reply.ts";
import { dayRange, daysOf, nothing, optionalText, whole } from "../parameters.ts";
import { count, dollars, name } from "../shapes.ts";

const MOST_LIMIT = 1_000_000_000;

/** Spend of the last thirty days, of providers and of their budgets. */
export const monthRoutes: readonly Route[] = [
  declareRoute({
    method: "GET",
    path: "/global/spend",
    summary: "Spend of thirty days, beside the budget",
    access: "admin",
    holds: "ledger",
    query: nothing,
    body: nothing,
    answer: v.object({ spend: dollars, max_budget: dollars }),
    reply: (_, { ledger, now, maxBudget }) =>
      ledgerReply(ledger, (state) => answerGlobalSpend(state, now(), maxBudget)),
  }),
  declareRoute({
    method: "GET",
    path: "/global/spend/logs",
    summary: "Spend of each of thirty days, of everybody or of one key",
    access: "own",
    holds: "ledger",
    query: v.object({ api_key: optionalText("the hash of a key") }),
    body: nothing,
    answer: v.array(v.object({ date: v.string(), spend: dollars, api_key: v.optional(name), user: v.optional(name) })),
    reply: ({ query, caller }, { ledger, now }) =>
      ledgerReply(ledger, (state) => answerDailySpend(state, now(), caller, query.api_key)),
  }),
  declareRoute({
    method: "GET",
    path: "/global/spend/keys",
    summary: "The keys that cost most in thirty days",
    access: "own",
    holds: "names",
    query: v.object({ limit: v.optional(whole(1, MOST_LIMIT)) }),
    body: nothing,
    answer: v.array(v.object({ api_key: name, key_alias: name, key_name: name, total_spend: dollars })),
    reply: async ({ query, caller }, { ledger, litellm, now }) => {
      const keys = await ledger.snapshot((state) => topKeys(state, now(), caller, query.limit));
      const tokens = keys.flatMap(({ apiKey }) => apiKey ?? []);
      const names = litellm === undefined ? new Map() : await namesOfKeys(litellm, tokens);
      return valueReply(
        keys.map(({ apiKey, spend }) => ({
          api_key: apiKey,
          key_alias: names.get(apiKey ?? "")?.alias ?? null,
          key_name: names.get(apiKey ?? "")?.name ?? null,
          total_spend: cleanNumber(spend),
        })),
      );
    },
  }),
  declareRoute({
    method: "GET",
    path: "/global/spend/models",
    summary: "The models that cost most in thirty days",
    access: "own",
    holds: "ledger",
    query: v.object({ limit: v.optional(whole(0, MOST_LIMIT), "10") }),
    body: nothing,
    answer: v.array(v.object({ model: name, total_spend: dollars, total_tokens: v.optional(count) })),
    reply: ({ query, caller }, { ledger, now }) =>
      ledgerReply(ledger, (state) => answerTopModels(state, now(), caller, query.limit)),
  }),
  declareRoute({
    method: "GET",
    path: "/global/spend/provider",
    summary: "Spend of each provider",
    access: "own",
    holds: "ledger",
    query: dayRange({}),
    body: nothing,
    answer: v.array(v.object({ provider: v.string(), spend: dollars })),
    reply: ({ query, caller }, { ledger }) =>
      ledgerReply(ledger, (state) => answerProviders(state, daysOf(query), caller)),
  }),
  declareRoute({
    method: "GET",
    path: "/provider/budgets",
    summary: "Budget of each provider, and what its running period has cost",
    access: "everyone",
    holds: "ledger",
    query: nothing,
    body: nothing,
    answer: v.object({
      providers: v.record(
        v.string(),
        v.object({
          budget_limit: dollars,
          time_period: v.string(),
          spend: dollars,
          budget_reset_at: v.nullable(v.string()),
        }),
      ),
    }),
    reply: (_, { ledger, now, budgets }) => ledgerReply(ledger, (state) => answerBudgets(state, now(), budgets)),
  }),
];
