import { expect, test } from "bun:test";
import { KnownSeries } from "../../../lib/store/commit/known-series.ts";

const state = (id: number, name: number, labels: string, originSeconds: number) => ({
  id,
  name,
  labels,
  originKind: "created" as const,
  originSeconds,
  process: 1,
  cell: 1,
  value: 5,
  lastSeenAt: undefined,
  absentSince: undefined,
});

test("a series is found by its name, label set and origin, and a counter whatever its origin", () => {
  const known = new KnownSeries();
  const [a, later, other] = [state(1, 1, "a", 10), state(2, 1, "a", 20), state(3, 2, "a", 10)];
  for (const one of [a, later, other]) known.add(one);
  const created = (seconds: number) => ({ kind: "created", seconds }) as const;
  expect(known.find({ name: 1, labels: "a", origin: created(20) })).toBe(later);
  expect(known.find({ name: 2, labels: "a", origin: created(20) })).toBeUndefined();
  expect(known.find({ name: 1, labels: "b", origin: created(10) })).toBeUndefined();
  expect(known.find({ name: 1, labels: "a", origin: { kind: "process", seconds: 10 } })).toBeUndefined();
  expect(known.ofCounter(1, "a")).toEqual([a, later]);
  expect(known.ofCounter(1, "b")).toEqual([]);
  expect(known.all).toEqual([a, later, other]);
});
