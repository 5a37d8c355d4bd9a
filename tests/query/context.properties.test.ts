import { expect, test } from "bun:test";
import fc from "fast-check";
import { DAY, HOUR, MINUTE } from "../support/api.ts";
import { openMetered } from "../support/metered.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../support/property.ts";
import { ODD_ZONES, startOf } from "../support/temporal.ts";

/** Around the changes of clocks in spring and autumn of both hemispheres, one of them at midnight. */
const SEASONS = ["2026-03-05", "2026-04-01", "2026-04-25", "2026-09-01", "2026-10-22", "2026-10-31"] as const;
const QUARTER = 15 * MINUTE;
type Use = { readonly at: number; readonly cost: number };

/** A season, a zone, what was spent in the five weeks before, and how many quarter hours into it we are. */
const history = fc.record({
  season: fc.constantFrom(...SEASONS),
  zone: fc.constantFrom(...ODD_ZONES),
  uses: fc.array(fc.record({ minutesAgo: fc.integer({ min: 20, max: 35 * 1440 }), micros: fc.nat({ max: 5e6 }) }), {
    maxLength: 12,
  }),
  quarters: fc.integer({ min: 0, max: 40 * 96 }),
  watchedDays: fc.integer({ min: 0, max: 40 }),
  period: fc.constantFrom("today", "yesterday", "week", "month"),
});

test(
  "comparison and forecast are what a slow computation from the event log says, in any zone and season",
  () => {
    fc.assert(
      fc.property(history, ({ season, zone, uses, quarters, watchedDays, period }) => {
        const now = Date.parse(season) + quarters * QUARTER;
        const first = now - watchedDays * DAY - HOUR;
        using store = openMetered(first, { zone });
        const events = uses
          .map(({ minutesAgo, micros }): Use => ({ at: now - minutesAgo * MINUTE, cost: micros / 1e6 }))
          .filter(({ at }) => at > first + 2 * MINUTE)
          .toSorted((a, b) => a.at - b.at);
        for (const { at, cost } of events) store.use(at, { model: "a" }, { cost });
        store.scrape(now);
        const answer = store.answer({ period });
        const [begin, end, before] = civil(period, now, zone);
        const total = costIn(events, begin, Math.min(end, now + 1));
        expect(answer.total.cost).toBeCloseTo(total, 9);
        const moment = sameMoment(begin, Math.min(end, now), before, zone);
        const until = Math.min(moment, begin);
        expect([Date.parse(answer.previous.from), Date.parse(answer.previous.to)]).toEqual([before, until]);
        if (until <= Math.max(first, before)) expect(answer.previous.cost).toBeNull();
        else expect(answer.previous.cost).toBeCloseTo(costIn(events, before, until), 9);
        const forecast = slowForecast(events, total, { first, at: Math.min(now, end), end, zone });
        if (!forecast) {
          expect(answer.forecast).toEqual({ cost: null, low: null, high: null });
          return;
        }
        expect(answer.forecast.cost).toBeCloseTo(forecast.cost, 6);
        expect(answer.forecast.low).toBeCloseTo(forecast.low, 6);
        expect(answer.forecast.high).toBeCloseTo(forecast.high, 6);
      }),
      propertyRuns(40),
    );
  },
  PROPERTY_TIMEOUT_MS,
);

function costIn(events: readonly Use[], from: number, to: number): number {
  return events.filter(({ at }) => at >= from && at < to).reduce((sum, { cost }) => sum + cost, 0);
}

/** Where a period begins and ends, and where the one before it began. */
function civil(period: string, now: number, zone: string): [begin: number, end: number, before: number] {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
  const at = (date: Temporal.PlainDate) => startOf(date, zone);
  switch (period) {
    case "today":
      return [at(today), at(today.add({ days: 1 })), at(today.subtract({ days: 1 }))];
    case "yesterday":
      return [at(today.subtract({ days: 1 })), at(today), at(today.subtract({ days: 2 }))];
    case "week": {
      const monday = today.subtract({ days: today.dayOfWeek - 1 });
      return [at(monday), at(monday.add({ weeks: 1 })), at(monday.subtract({ weeks: 1 }))];
    }
    default: {
      const first = today.with({ day: 1 });
      return [at(first), at(first.add({ months: 1 })), at(first.subtract({ months: 1 }))];
    }
  }
}

/** When the clock on the wall has come as far in the period before. */
function sameMoment(begin: number, now: number, before: number, zone: string): number {
  const wall = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
  const elapsed = wall(begin).until(wall(now), { largestUnit: "hours" });
  return wall(before).add(elapsed).toZonedDateTime(zone).epochMilliseconds;
}

function slowForecast(
  events: readonly Use[],
  total: number,
  { first, at, end, zone }: { first: number; at: number; end: number; zone: string },
) {
  const dateAt = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const from = startOf(dateAt(at - 28 * DAY), zone);
  if (at <= first) return undefined;
  const perDay = (costIn(events, from, at + 1) / (at - Math.max(first, from))) * DAY;
  const rest = (end - at) / DAY;
  const days: number[] = [];
  for (let date = dateAt(from); startOf(date.add({ days: 1 }), zone) <= at + 1; date = date.add({ days: 1 })) {
    const [start, stop] = [startOf(date, zone), startOf(date.add({ days: 1 }), zone)];
    if (stop - Math.max(start, first) >= 0.9 * (stop - start)) days.push(costIn(events, start, stop));
  }
  const squares = days.reduce((sum, cost) => sum + (cost - perDay) ** 2, 0);
  const deviation = days.length < 2 ? perDay : Math.sqrt(squares / (days.length - 1));
  const cost = total + perDay * rest;
  const spread = 1.2816 * deviation * Math.sqrt(rest);
  return { cost, low: Math.max(total, cost - spread), high: cost + spread };
}
