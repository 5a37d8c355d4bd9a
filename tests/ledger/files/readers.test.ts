import { describe, expect, test } from "bun:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { readRecords } from "../../../lib/ledger/files/read-file.ts";
import { MOST_CHARACTERS } from "../../../lib/ledger/files/record-sink.ts";
import { propertyRuns } from "../../support/property.ts";

type Found = { values: [number, unknown][]; bad: [number, string][] };

/** Reads bytes that come in pieces of some lengths. */
async function read(content: string | Uint8Array, lengths: readonly number[] = [65_536]): Promise<Found> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : Uint8Array.from(content);
  const found: Found = { values: [], bad: [] };
  let at = 0;
  let turn = 0;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const length = lengths[turn++ % lengths.length] ?? 1;
      controller.enqueue(bytes.slice(at, at + length));
      at += length;
      return;
    },
  });
  await readRecords(stream, {
    value: (value, line) => found.values.push([line, value]),
    bad: (line, reason) => found.bad.push([line, reason]),
  });
  return found;
}

const json = fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(fc.string(), fc.nat(), fc.constant(null)), {
  minKeys: 1,
});
/** What goes with the square of the length never ends in this time. */
const LONG_MS = 60_000;
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe("files of records", () => {
  test("JSON Lines, lists and objects over several lines give the same values in pieces of any length", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(json, { minLength: 1, maxLength: 8 }), pieces, async (values, lengths) => {
        const expected = JSON.parse(JSON.stringify(values));
        const lines = values.map((value) => JSON.stringify(value)).join("\n");
        const pretty = values.map((value) => JSON.stringify(value, null, 2)).join("\n");
        const list = JSON.stringify(values);
        for (const text of [lines, `${lines}\r\n\n`, list, JSON.stringify(values, null, 2), pretty]) {
          for (const content of [text, gzipSync(text), zstdCompressSync(text)]) {
            const { values: found, bad } = await read(content, lengths);
            expect(bad).toEqual([]);
            expect(found.map(([, value]) => value)).toEqual(expected);
          }
        }
      }),
      propertyRuns(40),
    );
  });

  test("CSV gives back any fields, NULL apart from the empty text, in pieces of any length", async () => {
    const field = fc.option(fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", ";", " ", "é") }), { nil: null });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, field), { maxLength: 8 }), pieces, async (rows, lengths) => {
        const quoted = (text: string | null) => (text === null ? "" : `"${text.replaceAll('"', '""')}"`);
        const lines = ["a,b", ...rows.map((row) => row.map(quoted).join(","))];
        const { values, bad } = await read(`${lines.join("\r\n")}\n`, lengths);
        expect(bad).toEqual([]);
        expect(values.map(([, value]) => value)).toEqual(rows.map(([a, b]) => ({ a, b })));
      }),
      propertyRuns(100),
    );
  });

  test("a bad line costs only itself and is named by its number", async () => {
    const { values, bad } = await read('{"a":1}\n{"a":\n\n{"a":3}\nnot json\n{"a":5}');
    expect(values.map(([line]) => line)).toEqual([1, 4, 6]);
    expect(bad).toEqual([
      [2, "it is not JSON"],
      [5, "it is not JSON"],
    ]);
  });

  test.each([
    ["a quoted field that never ends", 'a,b\n1,2\n3,"', "x", [[2, { a: "1", b: "2" }]]],
    ["a field without end", "a,b\n1,2\n3,", "x", [[2, { a: "1", b: "2" }]]],
    ["a first line without end", "a,b", "x", []],
    ["a line of JSON without end", '{"a":1}\n{"a":"', "x", [[1, { a: 1 }]]],
    ["a value without end in a list", '[{"a":1},{"a":"', "x", [[1, { a: 1 }]]],
  ])(
    "%s costs no more than its bytes, is kept no further than it must be, and is named",
    async (_, head, filler, whole) => {
      const long = filler.repeat((1.2 * MOST_CHARACTERS) / filler.length);
      const { values, bad } = await read(head + long);
      expect(values).toEqual(whole as [number, unknown][]);
      expect(bad).toHaveLength(1);
    },
    LONG_MS,
  );

  test("behind a row of CSV that is too long, what comes on its next line counts", async () => {
    const { values, bad } = await read(`a,b\n1,"${"x".repeat(MOST_CHARACTERS + 1_000_000)}\n5,6\n`);
    expect(bad).toEqual([[2, "it is longer than 16 MB"]]);
    expect(values).toEqual([[3, { a: "5", b: "6" }]]);
  });

  test("behind a line of JSON that is too long, the next one counts, and lines keep their numbers", async () => {
    const { values, bad } = await read(`{"a":1}\n{"a":"${"x".repeat(MOST_CHARACTERS + 1_000_000)}"}\n{"a":3}\n{`);
    expect(bad).toEqual([
      [2, "it is longer than 16 MB"],
      [4, "it is not JSON"],
    ]);
    expect(values).toEqual([
      [1, { a: 1 }],
      [3, { a: 3 }],
    ]);
  });

  test("blanks without end before the first record cost no more than their bytes", async () => {
    const { values, bad } = await read(`${"\n".repeat(1_000_000)}{"a":1}\n`);
    expect({ values, bad }).toEqual({ values: [[1_000_001, { a: 1 }]], bad: [] });
  });

  test("a list that is cut off gives what is whole", async () => {
    const { values, bad } = await read('[{"a":1},\n{"a":2},\n{"a":"x');
    expect(values).toEqual([
      [1, { a: 1 }],
      [2, { a: 2 }],
    ]);
    expect(bad).toEqual([[3, "the file ends in the middle of it"]]);
  });

  test("a CSV row with another number of fields is bad, and lines in quotes count", async () => {
    const { values, bad } = await read('\uFEFFa;b\n"1\n2";3\n4\n5;6');
    expect(values).toEqual([
      [2, { a: "1\n2", b: "3" }],
      [5, { a: "5", b: "6" }],
    ]);
    expect(bad).toEqual([[4, "it has 1 fields, expected 2 as in the first line"]]);
  });

  test.each([",", ";", "\t", "|"])(
    "CSV with %p between its fields, and with Excel's line that says so",
    async (separator) => {
      const rows = ["a-b", '1-"2, 3; 4| 5"'].map((row) => row.replace("-", separator)).join("\r\n");
      const expected = { a: "1", b: "2, 3; 4| 5" };
      expect(await read(rows)).toEqual({ values: [[2, expected]], bad: [] });
      expect(await read(`sep=${separator}\r\n${rows}`, [3])).toEqual({ values: [[3, expected]], bad: [] });
    },
  );

  test("blanks behind the separators of the first line are left out around all fields, not inside of quotes", async () => {
    const text = 'a, "b" , c\n1 , " 2, ""3""" ,\n"4"  ,  ,5 \r\n "6", 7, " "\n';
    await fc.assert(
      fc.asyncProperty(pieces, async (lengths) => {
        expect(await read(text, lengths)).toEqual({
          values: [
            [2, { a: "1", b: ' 2, "3"', c: null }],
            [3, { a: "4", b: null, c: "5" }],
            [4, { a: "6", b: "7", c: " " }],
          ],
          bad: [],
        });
      }),
      propertyRuns(40),
    );
    expect(await read("a,b\n 1 , 2\n")).toEqual({ values: [[2, { a: " 1 ", b: " 2" }]], bad: [] });
  });

  test("a line of CSV that ends behind a quote is one line, in pieces of any length", async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (lengths) => {
        const { values, bad } = await read('a,b\r\n1,"2"\r\n3,"4"x\r\n5\r\n', lengths);
        expect(values.map(([line]) => line)).toEqual([2, 3]);
        expect(bad.map(([line]) => line)).toEqual([4]);
      }),
      propertyRuns(40),
    );
  });

  test("pages of rows give their rows, however they are written and put together, in pieces of any length", async () => {
    const rows = fc.array(json, { maxLength: 4 });
    const page = (data: unknown) => ({ data, total: 9, page: 1, total_is_capped: false, more: { data: [{}, "]}"] } });
    const paged = (data: unknown) => ({ total_pages: 2, page: 1, next: null, data, total: 2 });
    await fc.assert(
      fc.asyncProperty(rows, rows, pieces, async (first, second, lengths) => {
        const expected = JSON.parse(JSON.stringify([...first, ...second]));
        for (const [make, other] of [
          [page, paged],
          [paged, page],
        ] as const) {
          const both = [make(first), other(second)];
          const [one, two] = both.map((each) => JSON.stringify(each));
          const [three, four] = both.map((each) => JSON.stringify(each, null, 2));
          for (const text of [`${one}\n${two}`, `${one}${two}`, `${three}\n${four}\n`, `[${one},${two}]`]) {
            const { values, bad } = await read(text, lengths);
            expect(bad).toEqual([]);
            expect(values.map(([, value]) => value)).toEqual(expected);
          }
        }
      }),
      propertyRuns(20),
    );
  });

  test("a page that is cut off gives what is whole and is named", async () => {
    for (const end of ["", "]", '],"total":2']) {
      expect(await read(`{"data":[{"a":1},{"a":2}${end}`)).toMatchObject({
        values: [
          [1, { a: 1 }],
          [1, { a: 2 }],
        ],
        bad: [[1, "the file ends in the middle of it"]],
      });
    }
  });

  test("a record that has a list by the name of data stays a record", async () => {
    const record = { request_id: "r", data: [{ a: 1 }], id: "i" };
    const { request_id: _, ...payload } = record;
    for (const value of [record, { id: "i", data: [{ a: 1 }] }, { a: { b: 1 }, ...payload }]) {
      expect(await read(JSON.stringify(value))).toEqual({ values: [[1, value]], bad: [] });
      expect(await read(`[${JSON.stringify(value)}]`)).toEqual({ values: [[1, value]], bad: [] });
    }
  });

  test("files in UTF-16 are read as those in UTF-8, in pieces of any length", async () => {
    const contents = ['{"a":"é 账 😀"}\n{"a":2}\n', '[{"a":"é 账 😀"},\r\n{"a":2}]', 'a\r\n"é 账 😀"\r\n2\r\n'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...contents), fc.boolean(), pieces, async (text, isLittle, lengths) => {
        const bytes = Buffer.from(`\uFEFF${text}`, "utf16le");
        const { values, bad } = await read(isLittle ? bytes : bytes.swap16(), lengths);
        expect({ values: values.map(([, value]) => value), bad }).toMatchObject({
          values: [{ a: "é 账 😀" }, {}],
          bad: [],
        });
      }),
      propertyRuns(40),
    );
  });

  test("an empty file has nothing", async () => {
    expect(await read("")).toEqual({ values: [], bad: [] });
    expect(await read(" \n \n")).toEqual({ values: [], bad: [] });
  });
});
