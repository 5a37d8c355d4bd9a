import { expect, test } from "bun:test";
import { ByteTexts } from "../../../lib/ledger/batch/byte-texts.ts";

test("each text has one number wherever its bytes lie, however many there are", () => {
  const numbers = new ByteTexts();
  const all = Array.from({ length: 9000 }, (_, i) => `name ${i} ü ${"x".repeat(i % 40)}`);
  const numberOf = (text: string, before: number): number => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    return numbers.numberOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), before, bytes.length);
  };
  const first = all.map((text) => numberOf(text, 0));
  expect(first).toEqual(all.map((_, i) => i + 1));
  expect(all.map((text) => numberOf(text, 3))).toEqual(first);
  expect(first.map((number) => numbers.texts.textOf(number))).toEqual(all);
});
