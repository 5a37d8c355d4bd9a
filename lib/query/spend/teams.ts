import type { LedgerState } from "../../ledger/reader.ts";
import { groupedUse } from "../../ledger/sums/grouped.ts";
import { cleanNumber } from "../clean-number.ts";
import { roundHalfEven } from "../round-half-even.ts";
import { isoDay, monthUntil } from "./utc-day.ts";

const MOST_TEAMS = 10;

/** The alias of each team by its id, null for one without; undefined where nothing is known of teams. */
export type TeamAliases = ReadonlyMap<string, string | null> | undefined;

/** What a team is called; `nameless` where it has no alias. Without any aliases its id stands for it. */
export function teamName(team: string | null, aliases: TeamAliases, nameless: string): string {
  if (aliases === undefined) return team === null || team === "" ? nameless : team;
  return (team === null ? null : aliases.get(team)) ?? nameless;
}

/** `/global/spend/teams`: thirty days by team alias; a day's sums are rounded to cents, a total adds the rounded. */
export async function answerTeams(ledger: LedgerState, now: number, aliases: TeamAliases) {
  const days = new Map<number, Map<string, number>>();
  const uses = await groupedUse(ledger, { days: monthUntil(now), by: ["team_id"], measures: ["spend"], byDay: true });
  for (const { day, names, spend } of uses) {
    const name = teamName(names[0], aliases, "Unassigned");
    const teams = days.get(day) ?? new Map<string, number>();
    teams.set(name, (teams.get(name) ?? 0) + spend);
    days.set(day, teams);
  }
  const totals = new Map<string, number>();
  const daily = [...days].map(([day, teams]) => {
    const rounded = [...teams].map(([name, spend]) => [name, roundHalfEven(cleanNumber(spend), 2)] as const);
    for (const [name, spend] of rounded) totals.set(name, (totals.get(name) ?? 0) + spend);
    return Object.fromEntries([...rounded, ["date", isoDay(day)]]);
  });
  const highest = [...totals].sort(([, a], [, b]) => b - a).slice(0, MOST_TEAMS);
  return {
    daily_spend: daily,
    teams: [...totals.keys()],
    total_spend_per_team: highest.map(([name, spend]) => ({
      team_id: name,
      total_spend: roundHalfEven(cleanNumber(spend), 2),
    })),
  };
}
