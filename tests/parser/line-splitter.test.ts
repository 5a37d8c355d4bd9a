import { expect, test } from "bun:test";
import { LineSplitter, MAX_LINE_BYTES } from "../../lib/parser/line-splitter.ts";

/** The lines that chunks are cut into, and whether the last was whole. */
function split(chunks: readonly string[]): { lines: string[]; isWhole: boolean } {
  const lines: string[] = [];
  const splitter = new LineSplitter((bytes, from, to) => lines.push(bytes.toString("utf8", from, to)));
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  return { isWhole: splitter.finish(), lines };
}

test.each([
  ["nothing", [], [], true],
  ["empty chunks", ["", ""], [], true],
  ["whole lines in one chunk", ["a\nb\n"], ["a", "b"], true],
  ["empty lines", ["\n\n"], ["", ""], true],
  ["a line over three chunks", ["a", "b", "c\nd\n"], ["abc", "d"], true],
  ["a newline that begins a chunk", ["a", "\nb\n"], ["a", "b"], true],
  ["a last line without newline", ["a\nb"], ["a", "b"], false],
  ["a last line without newline over two chunks", ["a\nb", "c"], ["a", "bc"], false],
])("LineSplitter cuts %s", (_, chunks, lines, isWhole) => {
  expect(split(chunks)).toEqual({ lines, isWhole });
});

test("LineSplitter reads of an overlong line one byte more than the limit, however it comes", () => {
  const long = "x".repeat(MAX_LINE_BYTES + 10);
  const cuts = [[`${long}\na\n`], [long, long, "\na\n"], [long.slice(0, 5), long, "\na\n"]];
  expect(cuts.map((chunks) => split(chunks).lines.map((line) => line.length))).toEqual(
    cuts.map(() => [MAX_LINE_BYTES + 1, 1]),
  );
});
