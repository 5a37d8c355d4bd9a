import { describe, expect, test } from "bun:test";
import { PlainLineReader } from "../../../lib/parser/grammar/plain-line.ts";

/** Reads a line whose name is `a`, and gives its label text and value. */
function read(line: string): [labels: string, value: number] | undefined {
  const bytes = Buffer.from(line);
  const plain = new PlainLineReader().read(bytes, 1, bytes.length);
  return plain && [bytes.toString("utf8", plain.labelsFrom, plain.labelsTo), plain.value];
}

describe("a line that is read the quick way", () => {
  test.each<[string, [labels: string, value: number]]>([
    ["a 5", ["", 5]],
    ['a{b="1"} 5', ['b="1"', 5]],
    ['a{b="1",} 5.5', ['b="1",', 5.5]],
  ])("gives its labels and value: %s", (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  test.each([
    ["a brace in a value", 'a{b="x} 5'],
    ["a brace that begins a value", 'a{b="} 5'],
    ["a brace behind an escaped quote", String.raw`a{b="\"} 5`],
    ["no closing brace", 'a{b="1" 5'],
    ["no space before the value", 'a{b="1"}5'],
    ["no value", 'a{b="1"}'],
    ["a timestamp", 'a{b="1"} 5 6'],
    ["two spaces", "a  5"],
  ])("is none with %s, which is left to the whole grammar", (_, line) => {
    expect(read(line)).toBeUndefined();
  });

  test("is found behind lines without a brace, in the same bytes", () => {
    const bytes = Buffer.from('a 1\na{b="2"} 3\na 4\na{c="5"} 6\n');
    const reader = new PlainLineReader();
    const starts = [0, 4, 15, 19];
    const ends = [3, 14, 18, 29];
    expect(starts.map((from, index) => reader.read(bytes, from + 1, ends[index] ?? 0)?.value)).toEqual([1, 3, 4, 6]);
  });
});
