import type { LedgerReader, LedgerState } from "../../ledger/reader.ts";
import type { DayRange } from "../../ledger/spend/days.ts";
import { liveSheets } from "../../ledger/spend/days.ts";
import { type Group, type GroupQuestion, groupedUse } from "../../ledger/spend/grouped.ts";
import type { PayerFilter } from "../../ledger/spend/names.ts";
import type { Dimension } from "../../ledger/spend/sheet-groups.ts";
import { cleanNumber } from "../clean-number.ts";
import { bySpend } from "./month.ts";
import { type TeamAliases, teamName } from "./teams.ts";
import { isoMidnight } from "./utc-day.ts";

const NAMELESS = "Unassigned Team";

type Cell = { readonly model: string | null; readonly apiKey: string | null; tokens: number; spend: number };
type Part<Name> = { readonly name: Name; spend: number; readonly cells: Map<string, Cell> };

/** `/global/spend/report` by team: one entry a day, each as JSON; a day is read when it is asked for. */
export async function* reportByTeam(
  ledger: LedgerReader,
  days: DayRange,
  aliases: TeamAliases,
): AsyncGenerator<string> {
  for await (const { day, groups } of dayByDay(ledger, days, ["team_id", "model", "api_key"])) {
    const parts = partsOf(groups, (team) => teamName(team, aliases, NAMELESS));
    const teams = parts.map(({ name, ...part }) => ({ team_name: name, ...sumsOf(part) }));
    if (teams.length > 0) yield JSON.stringify({ group_by_day: isoMidnight(day), teams });
  }
}

/** The same by end user; NULL and the empty text are two of them. */
export async function* reportByCustomer(ledger: LedgerReader, days: DayRange): AsyncGenerator<string> {
  for await (const { day, groups } of dayByDay(ledger, days, ["end_user", "model", "api_key"])) {
    const customers = partsOf(groups, (name) => name).map(({ name, ...part }) => ({
      customer: name,
      ...sumsOf(part),
    }));
    if (customers.length > 0) yield JSON.stringify({ group_by_day: isoMidnight(day), customers });
  }
}

/** The same for one end user of one team. */
export async function* reportOfTeamAndCustomer(
  ledger: LedgerReader,
  days: DayRange,
  of: { readonly team: string; readonly endUser: string },
  aliases: TeamAliases,
): AsyncGenerator<string> {
  for await (const { day, groups } of dayByDay(ledger, days, ["team_id", "model", "api_key"], of)) {
    const entries = partsOf(groups, (team) => teamName(team, aliases, NAMELESS)).map(({ name, ...part }) => ({
      team_name: name,
      customer: of.endUser,
      ...sumsOf(part),
    }));
    if (entries.length > 0) yield JSON.stringify({ group_by_day: isoMidnight(day), teams_customers: entries });
  }
}

/** `/global/spend/report` by key: what each key's models cost over all the days, highest first. */
export async function reportByKey(ledger: LedgerState, days: DayRange, of: PayerFilter) {
  const keys = new Map<string | null, Group<readonly ["api_key", "model"]>[]>();
  for (const group of bySpend(await groupedUse(ledger, { days, by: ["api_key", "model"], of }))) {
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

/** The groups of a day by name; teams of one alias are one, so that cells of theirs may meet. */
function partsOf<Name extends string | null>(
  groups: readonly Group<readonly ["team_id" | "end_user", "model", "api_key"]>[],
  nameOf: (name: string | null) => Name,
): Part<Name>[] {
  const parts = new Map<Name, Part<Name>>();
  for (const { names, spend, totalTokens } of groups) {
    const [id, model, apiKey] = names;
    const name = nameOf(id);
    let part = parts.get(name);
    if (!part) {
      part = { name, spend: 0, cells: new Map() };
      parts.set(name, part);
    }
    part.spend += spend;
    const key = `${apiKey?.length} ${apiKey} ${model?.length} ${model}`;
    const cell = part.cells.get(key);
    if (cell) {
      cell.spend += spend;
      cell.tokens += totalTokens;
    } else {
      part.cells.set(key, { model, apiKey, tokens: totalTokens, spend });
    }
  }
  return [...parts.values()];
}

function sumsOf({ spend, cells }: { readonly spend: number; readonly cells: ReadonlyMap<string, Cell> }) {
  return {
    total_spend: cleanNumber(spend),
    metadata: [...cells.values()].map((cell) => ({
      model: cell.model,
      api_key: cell.apiKey,
      spend: cleanNumber(cell.spend),
      total_tokens: cell.tokens,
    })),
  };
}

/** The groups of one day after the other, each read when it is asked for: however long the answer, a day is held. */
async function* dayByDay<const By extends readonly Dimension[]>(
  ledger: LedgerReader,
  days: DayRange,
  by: By,
  of: GroupQuestion<By>["of"] = {},
): AsyncGenerator<{ readonly day: number; readonly groups: Group<By>[] }> {
  for (const { day } of await ledger.snapshot(({ sql }) => liveSheets(sql, days))) {
    const question = { days: { from: day, to: day + 1 }, by, of };
    yield { day, groups: await ledger.snapshot((state) => groupedUse(state, question)) };
  }
}
