import type { LiteLLMDatabase } from "../../ledger/litellm/database.ts";
import { readEndUsers } from "../../ledger/litellm/end-users.ts";
import type { LedgerReader, LedgerState } from "../../ledger/reader.ts";
import { ALL_DAYS } from "../../ledger/sums/days.ts";
import { groupedUse } from "../../ledger/sums/grouped.ts";
import { hasLaterQuarter } from "../../ledger/sums/totals.ts";
import { cleanNumber } from "../clean-number.ts";
import { bySpend } from "./month.ts";
import { type Reply, valueReply } from "./reply.ts";
import { DAY_MS, dayOf } from "./utc-day.ts";

const MOST = 100;
const MONTH_MS = 30 * DAY_MS;

/** A window of UTC milliseconds, of one key where one is named; `before` is not included. */
export type EndUserQuestion = {
  readonly from: number | undefined;
  readonly before: number | undefined;
  readonly apiKey: string | undefined;
};

/**
 * `/global/spend/end_users`: the hundred end users that cost most. Whole days come from the rollups, a part of a day from
 * the source; without one the window is rounded outward, and a header says to what.
 */
export async function answerEndUsers(
  {
    ledger,
    litellm,
    now,
  }: { readonly ledger: LedgerReader; readonly litellm: LiteLLMDatabase | undefined; readonly now: number },
  question: EndUserQuestion,
): Promise<Reply> {
  const { apiKey } = question;
  const from = question.from ?? now - MONTH_MS;
  const asked = question.before ?? now;
  // As long as nothing has begun after now, a window up to it holds the whole of today.
  const today = dayOf(now);
  const isWholeToday = asked >= now && !(await ledger.snapshot(({ sql }) => hasLaterQuarter(sql, today, now)));
  const before = isWholeToday ? Math.max(asked, (today + 1) * DAY_MS) : asked;
  const whole = { from: Math.ceil(from / DAY_MS), to: dayOf(before) };
  const uses = new Map<string | null, { requests: number; spend: number }>();
  const add = (name: string | null, requests: number, spend: number) => {
    const use = uses.get(name) ?? { requests: 0, spend: 0 };
    use.requests += requests;
    use.spend += spend;
    uses.set(name, use);
  };
  const edges = edgesOf(from, before, whole);
  const read = await Promise.all(edges.map((edge) => litellm && readEndUsers(litellm, { ...edge, apiKey })));
  const hasEdges = read.every((rows) => rows !== undefined);
  const days = hasEdges ? whole : { from: dayOf(from), to: Math.ceil(before / DAY_MS) };
  const of = apiKey === undefined ? {} : { apiKey };
  if (before > from) {
    const groups = await ledger.snapshot((state) =>
      groupedUse(state, { days, by: ["end_user"], measures: ["requests", "spend"], of }),
    );
    for (const { names, requests, spend } of groups) {
      add(names[0], requests, spend);
    }
    if (hasEdges) {
      for (const rows of read) for (const { endUser, requests, spend } of rows ?? []) add(endUser, requests, spend);
    }
  }
  const answer = bySpend([...uses].map(([name, use]) => ({ name, ...use })))
    .slice(0, MOST)
    .map(({ name, requests, spend }) => ({ end_user: name, total_count: requests, total_spend: cleanNumber(spend) }));
  return hasEdges ? valueReply(answer) : valueReply(answer, { "x-litellm-pulse-window": isoWindow(days) });
}

/** The parts of days at both ends, or the one part where no whole day lies between. */
function edgesOf(from: number, before: number, whole: { readonly from: number; readonly to: number }) {
  if (whole.from > whole.to) return [{ from, before }].filter((edge) => edge.from < edge.before);
  return [
    { from, before: whole.from * DAY_MS },
    { from: whole.to * DAY_MS, before },
  ].filter((edge) => edge.from < edge.before);
}

function isoWindow({ from, to }: { readonly from: number; readonly to: number }): string {
  return `${new Date(from * DAY_MS).toISOString()}/${new Date(to * DAY_MS).toISOString()}`;
}

/** `/global/all_end_users`: every end user that requests ever named; NULL and the empty text are two of them. */
export async function answerAllEndUsers(ledger: LedgerState) {
  const groups = await groupedUse(ledger, { days: ALL_DAYS, by: ["end_user"], measures: [] });
  return { end_users: groups.map(({ names: [name] }) => name) };
}
