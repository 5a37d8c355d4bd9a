import * as v from "valibot";
import { LOG_ORDERS } from "../../../ledger/litellm/spend-logs.ts";
import { answerLogPage } from "../../../query/spend/log-pages.ts";
import { answerLogs } from "../../../query/spend/logs.ts";
import { noDatabase } from "../../../query/spend/reply.ts";
import { DAY_MS } from "../../../query/spend/utc-day.ts";
import { declareRoute, type Route } from "../declaration.ts";
import { hashedKey } from "../key-hash.ts";
import { day, isInOrder, money, nothing, onOff, optionalText, second, text, whole, word } from "../parameters.ts";
import { row, page as shapeOfPage } from "../shapes.ts";

const MOST_PAGES = 1_000_000_000;
const MOST_SIZE = 100;
/** `/spend/logs` adds an entry for each day up to the end. */
const MOST_DAYS = 36_600;

const paging = { page: v.optional(whole(1, MOST_PAGES), "1"), page_size: v.optional(whole(1, MOST_SIZE), "50") };

const filters = {
  api_key: optionalText("the hash of a key"),
  user_id: optionalText("the id of a user"),
  team_id: optionalText("the id of a team"),
  request_id: optionalText("the id of a request"),
  model: optionalText("a model as the provider is asked"),
  model_id: optionalText("the id of a deployment"),
  end_user: optionalText("an end user"),
  min_spend: v.optional(money),
  max_spend: v.optional(money),
  status_filter: v.optional(word(["success", "failure"])),
  key_alias: optionalText("part of the alias of a key"),
  error_code: optionalText("an error code such as 429"),
  error_message: optionalText("part of an error message"),
  sort_by: v.optional(word(LOG_ORDERS), "startTime"),
  sort_order: v.optional(word(["asc", "desc", "ASC", "DESC"]), "desc"),
  ...paging,
};

/** A second, or a whole day: its first instant at the start, its last at the end. */
const startOrDay = v.union(
  [
    second,
    v.pipe(
      day,
      v.transform((at) => at * DAY_MS),
    ),
  ],
  "expected a time",
);
const endOrDay = v.union(
  [
    second,
    v.pipe(
      day,
      v.transform((at) => (at + 1) * DAY_MS - 1),
    ),
  ],
  "expected a time",
);
const described = "a date such as 2026-11-21, or a time such as 2026-11-21 23:59:59, in UTC";

const uiQuery = inOrder(v.object({ start_date: second, end_date: second, ...filters }));
const v2Query = inOrder(
  v.object({
    start_date: v.pipe(startOrDay, v.description(described)),
    end_date: v.pipe(endOrDay, v.description(described)),
    ...filters,
  }),
);

function inOrder<const Entries extends v.ObjectEntries>(schema: v.ObjectSchema<Entries, undefined>) {
  return v.pipe(
    schema,
    v.check((query) => isInOrder(query), "start_date lies after end_date"),
  );
}

/** Single requests. */
export const logRoutes: readonly Route[] = [
  declareRoute({
    method: "GET",
    path: "/spend/logs",
    summary: "Spend by day with its users, models and keys; without dates, or with summarize=false, the requests",
    access: "own",
    holds: "names",
    query: v.pipe(
      v.object({
        start_date: v.optional(day),
        end_date: v.optional(day),
        api_key: optionalText("a key (sk-…) or its hash"),
        request_id: optionalText("the id of a request"),
        user_id: optionalText("the id of a user"),
        summarize: v.optional(onOff, "true"),
      }),
      v.check(
        ({ start_date: from = -Infinity, end_date: to = Infinity }) => from <= to,
        "start_date lies after end_date",
      ),
      v.check(
        ({ start_date: from, end_date: to }) => from === undefined || to === undefined || to - from < MOST_DAYS,
        `start_date and end_date lie more than ${MOST_DAYS} days apart`,
      ),
    ),
    body: nothing,
    answer: v.array(row),
    reply: ({ query, caller }, sources) => {
      const { start_date: from, end_date: last } = query;
      const hasDays = from !== undefined && last !== undefined;
      return answerLogs(
        sources,
        {
          days: hasDays ? { from, to: last + 1 } : undefined,
          apiKey: query.api_key === undefined ? undefined : hashedKey(query.api_key),
          requestId: query.request_id,
          userId: query.user_id,
          isSummarized: query.summarize,
        },
        caller,
      );
    },
  }),
  ...(
    [
      [
        "/spend/logs/ui",
        uiQuery,
        "A page of the requests of a time, with the number of requests of each session",
        true,
      ],
      ["/spend/logs/v2", v2Query, "A page of the requests of a time", false],
    ] as const
  ).map(([path, query, summary, countsSessions]) =>
    declareRoute({
      method: "GET",
      path,
      summary,
      access: "own",
      query,
      body: nothing,
      answer: shapeOfPage,
      reply: ({ query: asked, caller }, { litellm }) =>
        litellm === undefined ? noDatabase() : answerLogPage(litellm, pageOf(asked, countsSessions), caller),
    }),
  ),
  declareRoute({
    method: "GET",
    path: "/spend/logs/session/ui",
    summary: "A page of the requests of a session, oldest first",
    access: "own",
    query: v.object({ session_id: text("the id of a session"), ...paging }),
    body: nothing,
    answer: shapeOfPage,
    reply: ({ query, caller }, { litellm }) => {
      if (litellm === undefined) return noDatabase();
      const { session_id: session, page, page_size: size } = query;
      const order = { by: "startTime", isAscending: true } as const;
      return answerLogPage(litellm, { filter: { session }, order, page, size, countsSessions: false }, caller);
    },
  }),
  declareRoute({
    method: "GET",
    path: "/spend/logs/ui/{request_id}",
    summary: "Not offered: prompts and answers are never read",
    access: "own",
    query: nothing,
    body: nothing,
    answer: v.never(),
    reply: () => ({
      kind: "problem",
      status: 404,
      error: "Prompts and answers of requests are never read here",
      hint: "Ask LiteLLM itself, or /spend/logs?request_id= for the rest of the request",
    }),
  }),
];

type PageQuery = v.InferOutput<typeof uiQuery>;

function pageOf(query: PageQuery, countsSessions: boolean) {
  return {
    filter: {
      from: query.start_date,
      to: query.end_date,
      apiKey: query.api_key,
      user: query.user_id,
      team: query.team_id,
      requestId: query.request_id,
      model: query.model,
      modelId: query.model_id,
      endUser: query.end_user,
      minSpend: query.min_spend,
      maxSpend: query.max_spend,
      status: query.status_filter,
      keyAlias: query.key_alias,
      errorCode: query.error_code,
      errorMessage: query.error_message,
    },
    order: { by: query.sort_by, isAscending: query.sort_order.toLowerCase() === "asc" },
    page: query.page,
    size: query.page_size,
    countsSessions,
  };
}
