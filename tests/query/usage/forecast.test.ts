import { describe, expect, test } from "bun:test";
import { DAY } from "../../support/api.ts";
import { openMetered } from "../../support/metered.ts";

/** A dollar a day, at ten, for so many days up to the 21st of November. */
function steady(days: number, costOf: (day: number) => number = () => 1) {
  const store = openMetered(Date.parse("2026-11-21") - days * DAY);
  for (let day = days; day > 0; day--) {
    store.use(Date.parse("2026-11-21T10:00:00Z") - day * DAY, { model: "a" }, { cost: costOf(day) });
  }
  return store;
}

test("of steady spend is what was spent and the rest of the period at that rate", () => {
  using store = steady(10);
  store.scrape("2026-11-21T00:00:00Z");
  const { forecast, total } = store.answer({ period: "month" });
  expect(total.cost).toBe(10);
  expect(forecast).toEqual({ cost: 20, low: 20, high: 20 });
});

test("has a range that follows how much days differ, zero days among them", () => {
  using store = steady(10, (day) => (day % 2 === 0 ? 2 : 0));
  store.scrape("2026-11-21T00:00:00Z");
  const { cost, low, high } = store.answer({ period: "month" }).forecast;
  expect(cost).toBe(20);
  // A deviation of a dollar and a little, ten days left, eight outcomes in ten.
  expect(high ?? 0).toBeCloseTo(20 + 1.2816 * Math.sqrt(10 / 9) * Math.sqrt(10), 6);
  expect((low ?? 0) + (high ?? 0)).toBeCloseTo(40, 6);
});

test("never goes below what is spent already", () => {
  using store = steady(2, (day) => day * 20 - 19);
  store.use("2026-11-21T10:00:00Z", {}, { cost: 5 });
  const { total, forecast } = store.answer({ period: "today" });
  expect(forecast.low).toBe(total.cost);
});

test("of a period that is over is what it was", () => {
  using store = steady(3);
  store.scrape("2026-11-21T12:00:00Z");
  for (const words of [{ period: "yesterday" }, { last: "2d" }, { since: "2026-11-18", until: "2026-11-20" }]) {
    const { total, forecast } = store.answer(words);
    expect([words, forecast]).toEqual([words, { cost: total.cost, low: total.cost, high: total.cost }]);
  }
});

test("looks at what the question is about", () => {
  using store = steady(10);
  store.use("2026-11-20T12:00:00Z", { model: "b" }, { cost: 100 });
  store.scrape("2026-11-21T00:00:00Z");
  expect(store.answer({ period: "month", model: "a" }).forecast.cost).toBe(20);
});

test("judges by the last 28 days only", () => {
  using store = openMetered("2026-06-01");
  store.use("2026-06-02T10:00:00Z", {}, { cost: 1000 });
  store.scrape("2026-11-10T00:00:00Z");
  expect(store.answer({ period: "month" }).forecast).toEqual({ cost: 0, low: 0, high: 0 });
});

describe("is unknown", () => {
  const unknown = { cost: null, low: null, high: null };

  test("before anything was observed", () => {
    using store = openMetered("2026-11-21T12:00:00Z");
    expect(store.answer().forecast).toEqual(unknown);
  });

  test("after less than an hour was observed, and known after that", () => {
    using store = openMetered("2026-11-21T12:00:00Z");
    store.use("2026-11-21T12:59:00Z", {}, { cost: 0.07 });
    expect(store.answer().forecast).toEqual(unknown);
    store.scrape("2026-11-21T13:00:00Z");
    expect(store.answer().forecast.cost).toBeCloseTo(0.07 * 12, 9);
  });

  test("where LiteLLM shows no spend", () => {
    using store = openMetered("2026-11-21T12:00:00Z", { counters: ["requests"] });
    store.use("2026-11-21T13:00:00Z", {}, {});
    expect(store.answer().forecast).toEqual(unknown);
  });
});
