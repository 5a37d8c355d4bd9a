import { expect, test } from "bun:test";
import { createPromisedKeep } from "../../../lib/server/answers/promised-keep.ts";

const LIMITS = { mostValues: 2, mostSize: 10, sizeOf: (value: string) => value.length };

test("what is asked for twice at once is made once, and again for another version", async () => {
  const keep = createPromisedKeep<string>(LIMITS);
  const made: string[] = [];
  const make = (value: string) => async () => {
    made.push(value);
    return value;
  };
  expect(await Promise.all([keep("1", "a", make("first")), keep("1", "a", make("second"))])).toEqual([
    "first",
    "first",
  ]);
  expect(await keep("1", "a", make("third"))).toBe("first");
  expect(await keep("2", "a", make("newer"))).toBe("newer");
  expect(made).toEqual(["first", "newer"]);
});

test("a failure is told to all who wait for it and is not kept", async () => {
  const keep = createPromisedKeep<string>(LIMITS);
  const fail = async () => {
    throw new Error("away");
  };
  const both = await Promise.allSettled([keep("1", "a", fail), keep("1", "a", fail)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await keep("1", "a", async () => "back")).toBe("back");
});

test("no more than the limits is kept", async () => {
  const keep = createPromisedKeep<string>(LIMITS);
  let made = 0;
  const ask = (key: string, value: string) =>
    keep("1", key, async () => {
      made += 1;
      return value;
    });
  for (let round = 0; round < 2; round++) await ask("large", "more than ten letters");
  expect(made).toBe(2);
  for (const key of ["a", "b", "c", "d", "a"]) await ask(key, "x");
  expect(made).toBe(7);
});
