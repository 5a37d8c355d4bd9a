import { expect, test } from "bun:test";
import { gridPopulation } from "../../lib/demo/grid.ts";
import { homelabPopulation } from "../../lib/demo/homelab.ts";
import { requestsBetween, requestsPerMinute } from "../../lib/demo/traffic.ts";
import { truthOf } from "../../lib/demo/truth.ts";

const MONDAY = Date.UTC(2026, 10, 16);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const population = homelabPopulation();

test("the same seed gives the same requests and another seed gives others", () => {
  const day = requestsBetween(population, 7, MONDAY, MONDAY + DAY);
  expect(requestsBetween(population, 7, MONDAY, MONDAY + DAY)).toEqual(day);
  expect(requestsBetween(population, 8, MONDAY, MONDAY + DAY)).not.toEqual(day);
});

test("it does not matter how the time is cut into intervals", () => {
  const whole = requestsBetween(population, 7, MONDAY, MONDAY + DAY);
  const cuts = [0, 1, 59_999, 60_000, 61_234, HOUR, 9 * HOUR + 17, 20 * HOUR, DAY];
  const parts = cuts
    .slice(1)
    .flatMap((to, index) => requestsBetween(population, 7, MONDAY + (cuts[index] ?? 0), MONDAY + to));
  expect(parts).toEqual(whole);
});

test("requests lie inside the interval in the order of time", () => {
  const times = requestsBetween(population, 7, MONDAY + 123, MONDAY + DAY - 456).map((event) => event.at);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times[0]).toBeGreaterThanOrEqual(MONDAY + 123);
  expect(times.at(-1)).toBeLessThan(MONDAY + DAY - 456);
});

test("a week has about as many requests as asked for, more by day and on workdays", () => {
  const events = requestsBetween(population, 7, MONDAY, MONDAY + 7 * DAY);
  expect(events.length).toBeWithin(population.requestsPerDay * 6.5, population.requestsPerDay * 7.5);
  const night = events.filter((event) => new Date(event.at).getUTCHours() < 6);
  expect(night.length).toBeLessThan(events.length * 0.1);
  expect(requestsPerMinute(population, MONDAY + 10 * HOUR)).toBeGreaterThan(
    requestsPerMinute(population, MONDAY - DAY + 10 * HOUR),
  );
});

test("the rhythm follows the local time of the population", () => {
  const there = { ...population, utcOffsetMs: -5 * HOUR };
  expect(requestsPerMinute(there, MONDAY + 15 * HOUR)).toBe(requestsPerMinute(population, MONDAY + 10 * HOUR));
});

test("a homelab's month has every model, free ones, failures, cache hits and a plausible bill", () => {
  const events = requestsBetween(population, 7, MONDAY, MONDAY + 30 * DAY);
  const truth = truthOf(events);
  for (const model of population.models) expect(truth.byModelGroup.get(model.group)?.requests).toBeGreaterThan(0);
  expect(truth.byModelGroup.get("local/llama3.2:3b")?.cost).toBe(0);
  expect([...truth.byProvider.keys()].toSorted()).toEqual(["None", "anthropic", "azure", "gemini", "ollama", "openai"]);
  expect(truth.byTeam.size).toBe(4);
  expect(truth.total.failed / truth.total.requests).toBeWithin(0.01, 0.04);
  expect(new Set(events.map((event) => event.status))).toEqual(new Set([200, 400, 408, 429, 500] as const));
  expect(truth.total.cacheHits).toBeGreaterThan(0);
  expect(truth.total.cached).toBeWithin(1, truth.total.input);
  expect(truth.total.reasoning).toBeWithin(1, truth.total.output);
  expect(truth.total.cost).toBeWithin(5, 100);
});

test("a grid has as many keys and models as asked for, each with a name of its own", () => {
  const grid = gridPopulation({ keys: 300, models: 12 });
  expect(new Set(grid.keys.map((key) => key.hash)).size).toBe(300);
  expect(new Set(grid.keys.map((key) => key.clientIp)).size).toBe(300);
  expect(new Set(grid.models.map((model) => model.modelId)).size).toBe(12);
});
