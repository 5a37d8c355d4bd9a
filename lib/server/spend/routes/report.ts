import * as v from "valibot";
import { aliasesOfTeams } from "../../../ledger/litellm/aliases.ts";
import type { PayerFilter } from "../../../ledger/sums/names.ts";
import { streamedParts } from "../../../query/spend/reply.ts";
import { reportByCustomer, reportByKey, reportByTeam, reportOfTeamAndCustomer } from "../../../query/spend/report.ts";
import { answerTeams, type TeamAliases } from "../../../query/spend/teams.ts";
import { declareRoute, type Route, type SpendSources } from "../declaration.ts";
import { hashedKey } from "../key-hash.ts";
import { ledgerReply } from "../ledger-reply.ts";
import { dayRange, daysOf, nothing, optionalText, word } from "../parameters.ts";
import { count, dollars, name } from "../shapes.ts";

const cells = v.array(v.object({ model: name, api_key: name, spend: dollars, total_tokens: count }));
const part = { total_spend: dollars, metadata: cells };
const cost = { total_cost: dollars, total_input_tokens: count, total_output_tokens: count };
const byDay = { group_by_day: v.string() };

/** Spend of teams, end users and keys. */
export const reportRoutes: readonly Route[] = [
  declareRoute({
    method: "GET",
    path: "/global/spend/teams",
    summary: "Spend of each team, by day over thirty days",
    access: "admin",
    holds: "names",
    query: nothing,
    body: nothing,
    answer: v.object({
      daily_spend: v.array(v.record(v.string(), v.union([v.string(), dollars]))),
      teams: v.array(v.string()),
      total_spend_per_team: v.array(v.object({ team_id: v.string(), total_spend: dollars })),
    }),
    reply: async (_, sources) => {
      const { ledger, now } = sources;
      const aliases = await teamAliases(sources);
      return ledgerReply(ledger, (state) => answerTeams(state, now(), aliases));
    },
  }),
  declareRoute({
    method: "GET",
    path: "/global/spend/report",
    summary: "Spend by day and team or end user, or by key, each with its models",
    access: "admin",
    holds: "names",
    query: dayRange({
      group_by: v.optional(word(["team", "customer", "api_key"]), "team"),
      api_key: optionalText("a key (sk-…) or its hash"),
      internal_user_id: optionalText("the id of a user"),
      team_id: optionalText("the id of a team, together with customer_id"),
      customer_id: optionalText("an end user, together with team_id"),
    }),
    body: nothing,
    answer: v.union([
      v.array(v.object({ ...byDay, teams: v.array(v.object({ team_name: v.string(), ...part })) })),
      v.array(v.object({ ...byDay, customers: v.array(v.object({ customer: name, ...part })) })),
      v.array(
        v.object({
          ...byDay,
          teams_customers: v.array(v.object({ team_name: v.string(), customer: name, ...part })),
        }),
      ),
      v.array(v.object({ api_key: name, ...cost, model_details: v.array(v.object({ model: name, ...cost })) })),
    ]),
    reply: async ({ query }, sources) => {
      const { ledger } = sources;
      const days = daysOf(query);
      const { api_key: apiKey, internal_user_id: user, team_id: team, customer_id: endUser } = query;
      const byKey = (of: PayerFilter) => ledgerReply(ledger, (state) => reportByKey(state, days, of));
      if (apiKey !== undefined) return byKey({ apiKey: hashedKey(apiKey) });
      if (user !== undefined) return byKey({ user });
      const ofBoth = team !== undefined && endUser !== undefined ? { team, endUser } : undefined;
      if (ofBoth === undefined && query.group_by === "api_key") return byKey({});
      if (ofBoth === undefined && query.group_by === "customer") return streamed(reportByCustomer(ledger, days));
      const aliases = await teamAliases(sources);
      return streamed(
        ofBoth === undefined
          ? reportByTeam(ledger, days, aliases)
          : reportOfTeamAndCustomer(ledger, days, ofBoth, aliases),
      );
    },
  }),
];

function streamed(entries: AsyncIterable<string>) {
  return { kind: "text", parts: streamedParts(entries) } as const;
}

async function teamAliases({ litellm }: SpendSources): Promise<TeamAliases> {
  return litellm === undefined ? undefined : aliasesOfTeams(litellm);
}
