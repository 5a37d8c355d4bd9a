import * as v from "valibot";
import { readRateLimited } from "../../../ledger/litellm/exceptions.ts";
import { answerActivity, answerActivityByModel } from "../../../query/spend/activity.ts";
import { answerExceptions, answerExceptionsByDeployment } from "../../../query/spend/exceptions.ts";
import { noDatabase, noTable, type Reply, valueReply } from "../../../query/spend/reply.ts";
import { declareRoute, type Route, type SpendSources } from "../declaration.ts";
import { ledgerReply } from "../ledger-reply.ts";
import { dayRange, daysOf, nothing, text } from "../parameters.ts";
import { count, name } from "../shapes.ts";

const sums = { sum_api_requests: count, sum_total_tokens: count };
const day = { date: v.string(), api_requests: count, total_tokens: count };
const refused = { num_rate_limit_exceptions: count };
const refusedSum = { sum_num_rate_limit_exceptions: count };
const ofGroup = dayRange({ model_group: text("the name of a model group") });

/** Requests, tokens and refusals by day. */
export const activityRoutes: readonly Route[] = [
  declareRoute({
    method: "GET",
    path: "/global/activity",
    summary: "Requests and tokens of each day",
    access: "own",
    holds: "ledger",
    query: dayRange({}),
    body: nothing,
    answer: v.object({ daily_data: v.array(v.object(day)), ...sums }),
    reply: ({ query, caller }, { ledger }) =>
      ledgerReply(ledger, (state) => answerActivity(state, daysOf(query), caller)),
  }),
  declareRoute({
    method: "GET",
    path: "/global/activity/model",
    summary: "Requests and tokens of each day, of the ten model groups with most requests",
    access: "own",
    holds: "ledger",
    query: dayRange({}),
    body: nothing,
    answer: v.array(v.object({ model: name, daily_data: v.array(v.object({ model_group: name, ...day })), ...sums })),
    reply: ({ query, caller }, { ledger }) =>
      ledgerReply(ledger, (state) => answerActivityByModel(state, daysOf(query), caller)),
  }),
  declareRoute({
    method: "GET",
    path: "/global/activity/exceptions",
    summary: "Requests that a provider refused with status 429, by day",
    access: "admin",
    query: ofGroup,
    body: nothing,
    answer: v.object({ daily_data: v.array(v.object({ date: v.string(), ...refused })), ...refusedSum }),
    reply: ({ query }, sources) => exceptions(query, sources, answerExceptions),
  }),
  declareRoute({
    method: "GET",
    path: "/global/activity/exceptions/deployment",
    summary: "The same for each of the ten deployments with most of them",
    access: "admin",
    query: ofGroup,
    body: nothing,
    answer: v.array(
      v.object({
        api_base: v.string(),
        daily_data: v.array(v.object({ api_base: v.string(), date: v.string(), ...refused })),
        ...refusedSum,
      }),
    ),
    reply: ({ query }, sources) => exceptions(query, sources, answerExceptionsByDeployment),
  }),
];

async function exceptions(
  query: { readonly start_date: number; readonly end_date: number; readonly model_group: string },
  { litellm }: SpendSources,
  answer: (found: NonNullable<Awaited<ReturnType<typeof readRateLimited>>>) => unknown,
): Promise<Reply> {
  if (litellm === undefined) return noDatabase();
  const found = await readRateLimited(litellm, { ...daysOf(query), modelGroup: query.model_group });
  return found === undefined ? noTable("LiteLLM_SpendLogs") : valueReply(answer(found));
}
