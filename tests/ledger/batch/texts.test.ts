import { expect, test } from "bun:test";
import { NULL_TEXT, Texts } from "../../../lib/ledger/batch/texts.ts";

test("a text keeps its number, and null is another value than the empty text", () => {
  const texts = new Texts();
  const numbers = ["gpt-4o", "", null, "gpt-4o", "__proto__"].map((text) => texts.numberOf(text));
  expect(numbers).toEqual([1, 2, NULL_TEXT, 1, 3]);
  expect(numbers.map((number) => texts.textOf(number))).toEqual(["gpt-4o", "", null, "gpt-4o", "__proto__"]);
  expect(texts.size).toBe(4);
  expect(() => texts.textOf(4)).toThrow("No text has the number 4");
});
