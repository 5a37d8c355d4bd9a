import * as v from "valibot";
import { ALL_DAYS } from "../../../ledger/sums/days.ts";
import { answerAllEndUsers, answerEndUsers } from "../../../query/spend/end-users.ts";
import { answerSpendPerTag, answerTagNames, answerTags } from "../../../query/spend/tags.ts";
import { declareRoute, type Route } from "../declaration.ts";
import { ledgerReply } from "../ledger-reply.ts";
import { day, daysOf, looseDayRange, moment, nothing, optionalText } from "../parameters.ts";
import { count, dollars, name } from "../shapes.ts";

/** Spend of tags and end users. */
export const tagRoutes: readonly Route[] = [
  declareRoute({
    method: "GET",
    path: "/spend/tags",
    summary: "Requests and spend of each tag, of all time or of the days asked for",
    access: "admin",
    holds: "ledger",
    query: v.pipe(
      v.object({ start_date: v.optional(day), end_date: v.optional(day) }),
      v.check(
        ({ start_date: from = -Infinity, end_date: to = Infinity }) => from <= to,
        "start_date lies after end_date",
      ),
    ),
    body: nothing,
    answer: v.array(v.object({ individual_request_tag: name, log_count: count, total_spend: dollars })),
    reply: ({ query }, { ledger }) => {
      const { start_date: from = ALL_DAYS.from, end_date: last = ALL_DAYS.to - 1 } = query;
      return ledgerReply(ledger, (state) => answerTags(state, { from, to: last + 1 }));
    },
  }),
  declareRoute({
    method: "GET",
    path: "/global/spend/tags",
    summary: "Spend of each tag",
    access: "admin",
    holds: "ledger",
    query: looseDayRange({ tags: optionalText("tags with commas between them; all-tags among them means all") }),
    body: nothing,
    answer: v.object({ spend_per_tag: v.array(v.object({ name, spend: dollars, log_count: count })) }),
    reply: ({ query }, { ledger }) =>
      ledgerReply(ledger, (state) => answerSpendPerTag(state, daysOf(query), query.tags)),
  }),
  declareRoute({
    method: "GET",
    path: "/global/spend/all_tag_names",
    summary: "Every tag that was used",
    access: "admin",
    holds: "ledger",
    query: nothing,
    body: nothing,
    answer: v.object({ tag_names: v.array(name) }),
    reply: (_, { ledger }) => ledgerReply(ledger, answerTagNames),
  }),
  declareRoute({
    method: "GET",
    path: "/global/all_end_users",
    summary: "Every end user that requests named",
    access: "admin",
    holds: "ledger",
    query: nothing,
    body: nothing,
    answer: v.object({ end_users: v.array(name) }),
    reply: (_, { ledger }) => ledgerReply(ledger, answerAllEndUsers),
  }),
  declareRoute({
    method: "POST",
    path: "/global/spend/end_users",
    summary: "The hundred end users that cost most, in any window",
    access: "admin",
    query: nothing,
    body: v.object({
      startTime: v.nullish(moment),
      endTime: v.nullish(moment),
      api_key: v.nullish(v.pipe(v.string(), v.description("the hash of a key"))),
    }),
    answer: v.array(v.object({ end_user: name, total_count: count, total_spend: dollars })),
    reply: ({ body }, { ledger, litellm, now }) =>
      answerEndUsers(
        { ledger, litellm, now: now() },
        { from: body.startTime ?? undefined, before: body.endTime ?? undefined, apiKey: body.api_key ?? undefined },
      ),
  }),
];
