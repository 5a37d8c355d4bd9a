import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { HOUR, MINUTE } from "../../support/api.ts";
import { type MeteredStore, openMetered } from "../../support/metered.ts";

/** Days of 23, 24 and 25 hours, a day without a midnight, and zones that are not whole hours from UTC. */
const DAYS: [zone: string, date: string, hours: number][] = [
  ["UTC", "2026-11-21", 24],
  ["America/New_York", "2026-03-08", 23],
  ["America/New_York", "2026-11-01", 25],
  ["America/Santiago", "2026-09-06", 23],
  ["America/Santiago", "2026-04-04", 25],
  ["Africa/Cairo", "2026-04-24", 23],
  ["Australia/Lord_Howe", "2026-10-04", 23.5],
  ["Australia/Lord_Howe", "2026-04-05", 24.5],
  ["Asia/Kathmandu", "2026-11-21", 24],
  ["Pacific/Chatham", "2026-09-27", 23],
  ["Pacific/Kiritimati", "2026-11-21", 24],
];

/** A store in which something was used at odd moments all day long, and right before and after the day. */
function busyDay(zone: string, date: string): MeteredStore & { readonly from: number; readonly to: number } {
  const asked = openMetered(`${date}T00:00:00Z`, { zone });
  const day = asked.answer({ since: date, until: date }, Date.parse(`${date}T00:00:00Z`)).period;
  asked[Symbol.dispose]();
  const from = Date.parse(day.from);
  const store = openMetered(from - HOUR, { zone });
  let cost = 1;
  const to = store.zone.dayAt(from).end;
  for (let at = from - 10 * MINUTE; at < to + 20 * MINUTE; at += 83 * MINUTE)
    store.use(at, { model: "m" }, { cost: cost++ });
  store.scrape(to + HOUR);
  return { ...store, from, to };
}

describe.each(DAYS)("in %s, %s has %d hours and", (zone, date, hours) => {
  let store: ReturnType<typeof busyDay>;
  beforeAll(() => {
    store = busyDay(zone, date);
  });
  afterAll(() => store[Symbol.dispose]());

  test.each([
    ["15m", hours * 4, 15 * MINUTE],
    ["hour", Math.ceil(hours), HOUR],
    ["day", 1, hours * HOUR],
  ])("steps of %s have no gap and add up to the total", (step, count, longest) => {
    const { period, total, steps } = store.answer({ since: date, until: date, step });
    const starts = steps.map(({ at }) => Date.parse(at));
    expect([starts[0], period.from]).toEqual([store.from, steps[0]?.at]);
    expect(Date.parse(period.to)).toBe(store.to);
    expect(steps).toHaveLength(count);
    const truth = store.uses.filter(({ at }) => at >= store.from && at < store.to);
    expect(total.requests).toBe(truth.length);
    expect(steps.reduce((sum, { cost }) => sum + (cost ?? 0), 0)).toBe(total.cost ?? -1);
    for (const [index, at] of starts.entries()) {
      const next = starts[index + 1] ?? store.to;
      expect(next - at).toBeGreaterThan(0);
      expect(next - at).toBeLessThanOrEqual(longest);
      const inStep = truth.filter((use) => use.at >= at && use.at < next);
      expect(steps[index]).toMatchObject({ requests: inStep.length, estimated: expect.any(Boolean) });
    }
  });

  test("hours begin when the clock on the wall shows a full one", () => {
    const { steps } = store.answer({ since: date, until: date, step: "hour" });
    const odd = steps.slice(1).filter(({ at }) => !/T\d\d:00:00/.test(at));
    // Where the clock is moved by half an hour, one hour begins or ends with the other half.
    expect(odd.length).toBeLessThanOrEqual(hours % 1 === 0 ? 0 : 1);
  });

  test("groups by hour add up to the total in the order of time", () => {
    const { total, groups } = store.answer({ since: date, until: date, by: "hour" });
    expect(groups.reduce((sum, { cost }) => sum + (cost ?? 0), 0)).toBe(total.cost ?? -1);
    const hoursOfUses = groups.map(({ hour }) => Date.parse(hour ?? ""));
    expect(hoursOfUses).toEqual(hoursOfUses.toSorted((a, b) => a - b));
  });
});

describe("steps", () => {
  test("are hours up to fifty hours, and days beyond", () => {
    using store = openMetered("2026-11-01T00:00:00Z");
    store.use("2026-11-01T01:00:00Z", {}, { cost: 1 });
    store.scrape("2026-11-21T12:00:00Z");
    expect(store.answer({ last: "50h" }).steps).toHaveLength(51);
    expect(store.answer({ last: "51h" }).steps).toHaveLength(3);
    expect(store.answer({ period: "month" }).steps).toHaveLength(21);
  });

  test("end with the newest scrape, which may be the beginning of one", () => {
    using store = openMetered("2026-11-21T00:00:00Z");
    store.use("2026-11-21T02:59:00Z", {}, { cost: 1 });
    store.use("2026-11-21T03:00:00Z", {}, { cost: 2 });
    const { total, steps } = store.answer();
    expect(total.cost).toBe(3);
    expect(steps.map(({ at, cost }) => [at.slice(11, 16), cost])).toEqual([
      ["00:00", 0],
      ["01:00", 0],
      ["02:00", 1],
      ["03:00", 2],
    ]);
  });

  test("of which nothing was observed have null, not zero", () => {
    using store = openMetered("2026-11-21T02:30:00Z");
    store.use("2026-11-21T02:32:00Z", {}, { cost: 1 });
    store.scrape("2026-11-21T03:10:00Z");
    const { steps } = store.answer({}, Date.parse("2026-11-21T06:00:00Z"));
    expect(steps.map(({ cost }) => cost)).toEqual([null, null, 1, 0]);
    expect(steps.map(({ requests, input_cached_pct }) => [requests, input_cached_pct])).toEqual([
      [null, null],
      [null, null],
      [1, 0],
      [0, 0],
    ]);
  });

  test("over which a gap was spread are marked as estimated", () => {
    using store = openMetered("2026-11-21T01:00:00Z");
    store.use("2026-11-21T01:02:00Z", {}, { cost: 1 });
    store.use("2026-11-21T01:03:00Z", {}, { cost: 1 });
    store.scrape("2026-11-21T02:00:00Z");
    using gap = openMetered("2026-11-21T01:00:00Z");
    gap.scrape("2026-11-21T01:01:00Z");
    expect(store.answer().steps.map(({ estimated }) => estimated)).toEqual([false, false, false]);
    gap.use("2026-11-21T01:02:00Z", { model: "a" }, { cost: 1 });
    expect(gap.answer().coverage.estimated_ratio).toBe(0);
  });

  test("are none before the first scrape and before the window begins", () => {
    using store = openMetered("2026-11-20T00:00:00Z");
    expect(store.answer({}, Date.parse("2026-11-21T06:00:00Z")).steps).toEqual([]);
    expect(store.answer({ since: "2027-01-01" }).steps).toEqual([]);
  });
});
