import type { LedgerReader, LedgerState } from "../../ledger/reader.ts";
import type { DayRange } from "../../ledger/sums/days.ts";
import { type Group, groupedUse } from "../../ledger/sums/grouped.ts";
import type { PayerFilter } from "../../ledger/sums/names.ts";
import { cleanNumber } from "../clean-number.ts";
import { harmlessJson } from "../json-text.ts";
import { dailyReport } from "./daily-report.ts";
import { bySpend } from "./month.ts";
import { type TeamAliases, teamName } from "./teams.ts";

const NAMELESS = "Unassigned Team";
const COST = ["spend", "promptTokens", "completionTokens"] as const;

/** `/global/spend/report` by team: one entry a day, each as JSON. */
export function reportByTeam(ledger: LedgerReader, days: DayRange, aliases: TeamAliases): AsyncGenerator<string> {
  return dailyReport(ledger, days, {
    by: "team_id",
    list: "teams",
    nameOf: (team) => teamName(team, aliases, NAMELESS),
    keysOf: (name) => `"team_name":${name}`,
  });
}

/** The same by end user; NULL and the empty text are two of them. */
export function reportByCustomer(ledger: LedgerReader, days: DayRange): AsyncGenerator<string> {
  return dailyReport(ledger, days, {
    by: "end_user",
    list: "customers",
    nameOf: (customer) => customer,
    keysOf: (name) => `"customer":${name}`,
  });
}

/** The same for one end user of one team. */
export function reportOfTeamAndCustomer(
  ledger: LedgerReader,
  days: DayRange,
  of: { readonly team: string; readonly endUser: string },
  aliases: TeamAliases,
): AsyncGenerator<string> {
  const customer = harmlessJson(JSON.stringify(of.endUser));
  return dailyReport(ledger, days, {
    by: "team_id",
    of,
    list: "teams_customers",
    nameOf: (team) => teamName(team, aliases, NAMELESS),
    keysOf: (name) => `"team_name":${name},"customer":${customer}`,
  });
}

/** `/global/spend/report` by key: what each key's models cost over all the days, highest first. */
export async function reportByKey(ledger: LedgerState, days: DayRange, of: PayerFilter) {
  const keys = new Map<string | null, Group<readonly ["api_key", "model"], (typeof COST)[number]>[]>();
  for (const group of bySpend(await groupedUse(ledger, { days, by: ["api_key", "model"], measures: COST, of }))) {
    const [apiKey] = group.names;
    const list = keys.get(apiKey) ?? [];
    list.push(group);
    keys.set(apiKey, list);
  }
  return [...keys]
    .map(([apiKey, models]) => ({
      api_key: apiKey,
      ...costOf(models),
      model_details: models.map((group) => ({ model: group.names[1], ...costOf([group]) })),
    }))
    .sort((a, b) => b.total_cost - a.total_cost);
}

function costOf(groups: readonly { spend: number; promptTokens: number; completionTokens: number }[]) {
  return {
    total_cost: cleanNumber(groups.reduce((sum, { spend }) => sum + spend, 0)),
    total_input_tokens: groups.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    total_output_tokens: groups.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
  };
}
