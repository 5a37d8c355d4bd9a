import type { LedgerState } from "../../ledger/reader.ts";
import type { DayRange } from "../../ledger/sums/days.ts";
import { groupedUse } from "../../ledger/sums/grouped.ts";
import type { PayerFilter } from "../../ledger/sums/names.ts";
import { cleanNumber } from "../clean-number.ts";
import { isoDay } from "./utc-day.ts";

type Sums = Map<string, number>;
type Day = { spend: number; readonly users: Sums; readonly models: Sums; readonly keys: Sums };

/**
 * `/spend/logs` with both dates: one entry a day that has rows, in order, and empty ones behind the last up to the end.
 * Names are keys of the answer, as LiteLLM has them; NULL is `null`.
 */
export async function answerLogDays(ledger: LedgerState, days: DayRange, of: PayerFilter) {
  const found = new Map<number, Day>();
  const dayAt = (day: number): Day => {
    const known = found.get(day) ?? { spend: 0, users: new Map(), models: new Map(), keys: new Map() };
    found.set(day, known);
    return known;
  };
  for (const { day, names, spend } of await groupedUse(ledger, {
    days,
    by: ["api_key", "user_id"],
    measures: ["spend"],
    byDay: true,
    of,
  })) {
    const { keys, users } = dayAt(day);
    add(keys, names[0], spend);
    add(users, names[1], spend);
  }
  for (const { day, names, spend } of await groupedUse(ledger, {
    days,
    by: ["model"],
    measures: ["spend"],
    byDay: true,
    of,
  })) {
    const known = dayAt(day);
    known.spend += spend;
    add(known.models, names[0], spend);
  }
  return withRest(
    [...found].map(([day, sums]) => ({ day, sums })),
    days,
  );
}

/** A request of which a day of `/spend/logs` is made. */
type LogRow = {
  readonly day: number;
  readonly spend: number;
  readonly apiKey: string;
  readonly user: string | null;
  readonly model: string;
};

/** The same from single requests, all of them inside the days. */
export function answerLogRows(rows: readonly LogRow[], days: DayRange) {
  const entries = rows.map(({ day, spend, apiKey, user, model }) => {
    const sums: Day = { spend, users: new Map(), models: new Map(), keys: new Map() };
    add(sums.keys, apiKey, spend);
    add(sums.users, user, spend);
    add(sums.models, model, spend);
    return { day, sums };
  });
  return withRest(entries, days);
}

function withRest(entries: readonly { readonly day: number; readonly sums: Day }[], days: DayRange) {
  const answer: object[] = entries.map(({ day, sums }) =>
    Object.fromEntries<unknown>([
      ...clean(sums.keys),
      ["users", Object.fromEntries(clean(sums.users))],
      ["models", Object.fromEntries(clean(sums.models))],
      ["spend", cleanNumber(sums.spend)],
      ["startTime", isoDay(day)],
    ]),
  );
  const last = entries.at(-1)?.day;
  for (let day = (last ?? days.to) + 1; day < days.to; day++) {
    answer.push({ startTime: isoDay(day), spend: 0, users: {}, models: {} });
  }
  return answer;
}

function add(sums: Sums, name: string | null, spend: number): void {
  sums.set(String(name), (sums.get(String(name)) ?? 0) + spend);
}

function clean(sums: Sums): [string, number][] {
  return [...sums].map(([name, spend]) => [name, cleanNumber(spend)]);
}
