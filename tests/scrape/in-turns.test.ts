import { expect, test } from "bun:test";
import { inTurns } from "../../lib/scrape/in-turns.ts";

test("steps are done to their end, and other work has its turn between them", async () => {
  let isOver = false;
  let others = 0;
  const other = setInterval(() => {
    others++;
    isOver = others === 3;
  });
  const result = await inTurns(
    (function* () {
      while (!isOver) yield;
      return "done";
    })(),
  );
  clearInterval(other);
  expect([result, others]).toEqual(["done", 3]);
});

test("what a step throws comes out", async () => {
  const failing = (function* () {
    yield;
    throw new Error("Full");
  })();
  await expect(inTurns(failing)).rejects.toThrow("Full");
});
