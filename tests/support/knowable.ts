import type { Outcome } from "./history.ts";
import { MINUTE } from "./store.ts";
import { startOf } from "./temporal.ts";

type Metric = "requests" | "cost";

type Age = { readonly createdAt: number; readonly startedAt: number; readonly isOnFirstPage: boolean };

/**
 * The true sum of the events that the pages of a history can tell of, from the event log alone: of each counter those
 * between its birth, or the first page that showed it where it `isOld`, and the last page that showed it. With `isAll`
 * those before the first page of all count, too.
 */
export function knowable(
  { litellm, pages }: Outcome,
  metric: Metric,
  isOld: (age: Age) => boolean,
  isAll = false,
): number {
  const [mark] = pages;
  const seen = new Map<number, { from: number; to: number }>();
  const generations = new Set<number>();
  for (const page of pages) {
    for (const counter of page.counters) {
      if (counter.metric !== metric) continue;
      const age = {
        createdAt: counter.createdAt,
        startedAt: page.startedAt,
        isOnFirstPage: !generations.has(page.generation),
      };
      const isBaseline = !isAll && (page === mark || isOld(age));
      seen.set(counter.id, { from: seen.get(counter.id)?.from ?? (isBaseline ? page.step : -1), to: page.step });
    }
    generations.add(page.generation);
  }
  return litellm.events.reduce((sum, { counter, step, amount }) => {
    const span = seen.get(counter);
    return span && step > span.from && step < span.to ? sum + amount : sum;
  }, 0);
}

/** What lies in each slot when each growth is spread evenly over its interval, or at its end up to two minutes. */
export function spreadOver(
  { growths }: Outcome,
  metric: Metric,
  slotOf: (at: number) => { start: number; end: number },
): Map<number, number> {
  const slots = new Map<number, number>();
  const add = (start: number, amount: number) => slots.set(start, (slots.get(start) ?? 0) + amount);
  for (const { metric: grown, amount, from, to } of growths) {
    if (grown !== metric) continue;
    if (to - from <= 2 * MINUTE) add(slotOf(to).start, amount);
    else {
      for (let at = from; at < to; ) {
        const { start, end } = slotOf(at);
        add(start, (amount * (Math.min(end, to) - at)) / (to - from));
        at = end;
      }
    }
  }
  return slots;
}

export const quarter = (at: number) => {
  const start = Math.floor(at / 900_000) * 900_000;
  return { start, end: start + 900_000 };
};

export function civilDay(zone: string): (at: number) => { start: number; end: number } {
  return (at) => {
    const date = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone).toPlainDate();
    return { start: startOf(date, zone), end: startOf(date.add({ days: 1 }), zone) };
  };
}
