import { expect, test } from "bun:test";
import { createAttempts } from "../../../lib/server/spend/attempts.ts";

test("of an address that fails on and on, eight attempts wait at once and the next is not looked at; others go on", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const waits: number[] = [];
  const attempts = createAttempts(
    () => 0,
    (ms) => {
      waits.push(ms);
      return promise;
    },
  );
  for (let free = 0; free < 5; free++) await attempts.fail("203.0.113.9");
  expect(waits).toEqual([]);
  const waiting = Array.from({ length: 8 }, () => attempts.fail("203.0.113.9"));
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3000, 3000, 3000]);
  expect([attempts.isFull("203.0.113.9"), attempts.isFull("203.0.113.10")]).toEqual([true, false]);
  resolve();
  await Promise.all(waiting);
  expect(attempts.isFull("203.0.113.9")).toBe(false);
});
