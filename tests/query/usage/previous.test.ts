import { describe, expect, test } from "bun:test";
import { HOUR, MINUTE } from "../../support/api.ts";
import { openMetered } from "../../support/metered.ts";

/** Period, zone, now, and what the same moment of the period before is. */
const MOMENTS: [period: string, zone: string, now: string, from: string, to: string][] = [
  ["today", "UTC", "2026-11-21T14:05:00Z", "2026-11-20T00:00:00+00:00", "2026-11-20T14:05:00+00:00"],
  ["yesterday", "UTC", "2026-11-21T14:05:00Z", "2026-11-19T00:00:00+00:00", "2026-11-20T00:00:00+00:00"],
  ["week", "UTC", "2026-11-21T14:05:00Z", "2026-11-09T00:00:00+00:00", "2026-11-14T14:05:00+00:00"],
  ["month", "UTC", "2026-11-21T14:05:00Z", "2026-10-01T00:00:00+00:00", "2026-10-21T14:05:00+00:00"],
  // The 30th of March has no counterpart in February, whose end is as far as it goes.
  ["month", "UTC", "2026-03-30T14:05:00Z", "2026-02-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00"],
  // The clock was moved yesterday, today and between the months: the time on it counts.
  ["today", "America/New_York", "2026-03-09T10:00:00-04:00", "2026-03-08T00:00:00-05:00", "2026-03-08T10:00:00-04:00"],
  ["today", "America/New_York", "2026-03-08T10:00:00-04:00", "2026-03-07T00:00:00-05:00", "2026-03-07T10:00:00-05:00"],
  ["today", "America/New_York", "2026-11-01T10:00:00-05:00", "2026-10-31T00:00:00-04:00", "2026-10-31T10:00:00-04:00"],
  ["month", "America/New_York", "2026-11-21T10:00:00-05:00", "2026-10-01T00:00:00-04:00", "2026-10-21T10:00:00-04:00"],
  ["today", "Asia/Kathmandu", "2026-11-21T01:20:00+05:45", "2026-11-20T00:00:00+05:45", "2026-11-20T01:20:00+05:45"],
  ["last 24h", "UTC", "2026-11-21T14:05:00Z", "2026-11-19T13:55:00+00:00", "2026-11-20T14:00:00+00:00"],
  [
    "last 24h",
    "America/New_York",
    "2026-03-09T10:00:00-04:00",
    "2026-03-07T09:00:00-05:00",
    "2026-03-08T10:00:00-04:00",
  ],
];

test.each(MOMENTS)("of %s in %s at %s is from %s to %s", (period, zone, now, from, to) => {
  using store = openMetered("2026-01-01T00:00:00Z", { zone });
  store.scrape(now);
  const words: Record<string, string> = period.startsWith("last ") ? { last: period.slice(5) } : { period };
  expect(store.answer(words).previous).toMatchObject({ from, to });
});

test("is as long as the window is shown to be, though pages come between two seconds", () => {
  using store = openMetered("2026-11-19T23:00:00Z");
  store.scrape("2026-11-21T14:05:00.938Z");
  for (const words of [{ last: "90m" }, { since: "2026-11-21T08:00:00Z" }]) {
    const { period, previous } = store.answer(words);
    const [from, to] = [previous.from, previous.to].map((text) => Date.parse(text));
    expect([to, Number(to) - Number(from)]).toEqual([
      Date.parse(period.from),
      Date.parse(period.to) - Date.parse(period.from),
    ]);
  }
});

describe("the numbers", () => {
  test("are those up to the same moment: whole quarter hours, and the share of the one that is cut", () => {
    using store = openMetered("2026-11-19T23:00:00Z");
    store.use("2026-11-20T10:00:00Z", { model: "a" }, { cost: 1, requests: 10 });
    store.use("2026-11-20T14:01:00Z", { model: "a" }, { cost: 3, requests: 7 });
    store.use("2026-11-20T14:20:00Z", { model: "a" }, { cost: 100 });
    store.scrape("2026-11-21T14:05:00Z");
    // A third of the quarter hour from 14:00.
    expect(store.answer().previous).toMatchObject({ cost: 2, requests: 12 });
    expect(store.answer({ model: "b" }).previous).toMatchObject({ cost: 0, requests: 0 });
  });

  test("of an arbitrary stretch are those of as long a time before it", () => {
    using store = openMetered("2026-11-19T23:00:00Z");
    store.use("2026-11-20T10:10:00Z", {}, { cost: 1 });
    store.use("2026-11-20T11:10:00Z", {}, { cost: 2 });
    store.use("2026-11-20T12:10:00Z", {}, { cost: 4 });
    store.scrape("2026-11-20T13:00:00Z");
    expect(store.answer({ last: "1h" })).toMatchObject({ total: { cost: 4 }, previous: { cost: 2 } });
    const range = { since: "2026-11-20T11:00:00Z", until: "2026-11-20T12:00:00Z" };
    expect(store.answer(range)).toMatchObject({ total: { cost: 2 }, previous: { cost: 1 } });
  });

  test("are null where nothing of that time was observed, and zero on a quiet day", () => {
    using store = openMetered("2026-11-20T12:00:00Z");
    store.scrape("2026-11-20T13:00:00Z");
    store.use("2026-11-21T11:00:00Z", {}, { cost: 1 });
    expect(store.answer().previous).toMatchObject({ cost: null, requests: null, input_cached_pct: null });
    store.use("2026-11-21T12:30:00Z", {}, { cost: 1 });
    expect(store.answer().previous).toMatchObject({ cost: 0, requests: 0, input_cached_pct: 0 });
  });

  test("never exceed those of the whole period before, at any moment of the day", () => {
    using store = openMetered("2026-11-19T23:00:00Z");
    for (let at = Date.parse("2026-11-20T00:07:00Z"); at < Date.parse("2026-11-21"); at += 97 * MINUTE) {
      store.use(at, {}, { cost: 1, requests: 3 });
    }
    let before = 0;
    for (let at = Date.parse("2026-11-21") + HOUR / 2; at < Date.parse("2026-11-22"); at += HOUR / 2) {
      store.scrape(at);
      const { cost, requests } = store.answer().previous;
      expect(cost ?? -1).toBeGreaterThanOrEqual(before);
      expect(Number.isInteger(requests)).toBe(true);
      before = cost ?? Number.NaN;
    }
    store.scrape(Date.parse("2026-11-22") - 1);
    expect(store.answer().previous.cost).toBeCloseTo(15, 3);
  });
});
