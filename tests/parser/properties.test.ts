import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parse, parseChunks, parsePage } from "./parse.ts";
import { anySample, writePage } from "./writer.ts";

const FORMAT = fc.constantFrom("text", "openmetrics", "unknown");
const ENCODER = new TextEncoder();

/** A page with what chunks may be cut in: letters of several bytes, CR and LF, escapes, bad lines, no end. */
const SMALL_PAGE = ENCODER.encode(
  '# TYPE m counter\r\nm{a="café 账单 🚀"} 1\r\nm{a="q\\"\\\\\\n"} 2.50 17\nbad{ 3\n{"a.b",c="}"} NaN\nn 4 # {t="1"} 1\n\n# EOF\n',
);

describe("a page that comes in chunks", () => {
  test.each(["text", "openmetrics", "unknown"] as const)(
    "gives the same outcome wherever it is cut, read as %s",
    (format) => {
      for (const wants of [() => true, () => false]) {
        const whole = parse(SMALL_PAGE, { format, wants });
        for (let at = 0; at <= SMALL_PAGE.length; at++) {
          expect(parseChunks([SMALL_PAGE.subarray(0, at), SMALL_PAGE.subarray(at)], { format, wants })).toEqual(whole);
        }
      }
    },
  );

  test("gives the same outcome however often it is cut", () => {
    const cuts = fc.uniqueArray(fc.nat(SMALL_PAGE.length)).map((places) => places.sort((a, b) => a - b));
    fc.assert(
      fc.property(cuts, FORMAT, (places, format) => {
        const chunks = [0, ...places].map((from, index) => SMALL_PAGE.slice(from, places[index] ?? SMALL_PAGE.length));
        expect(parseChunks(chunks, { format })).toEqual(parse(SMALL_PAGE, { format }));
      }),
      { seed: 2 },
    );
  });

  test("is not read by the braces of the chunk before", () => {
    const chunks = ['m{a="1"} 1\n', 'm{aaa""x 1\n'].map((chunk) => ENCODER.encode(chunk));
    const outcome = parseChunks(chunks, { wants: () => false });
    expect(outcome).toMatchObject({ page: { sampleCount: 1, skipped: { count: 1 } } });
  });

  test("may have its chunks overwritten once they are pushed", () => {
    const buffer = new Uint8Array(7);
    const chunks = function* () {
      for (let from = 0; from < SMALL_PAGE.length; from += buffer.length) {
        const part = SMALL_PAGE.subarray(from, from + buffer.length);
        buffer.set(part);
        yield buffer.subarray(0, part.length);
      }
    };
    expect(parseChunks(chunks())).toEqual(parse(SMALL_PAGE));
  });
});

describe("a page that a writer wrote", () => {
  test("is read back as it was", () => {
    fc.assert(
      fc.property(fc.array(anySample(), { minLength: 1, maxLength: 8 }), FORMAT, (samples, format) => {
        const page = parsePage(writePage(samples), { format });
        expect(page.skipped.count).toBe(0);
        expect(page.samples.map(({ name, labels, value }) => ({ name, labels: new Map(labels.pairs), value }))).toEqual(
          samples.map(({ name, labels, value }) => ({ name, labels: new Map(labels), value })),
        );
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test("has the same sums and bad lines whether it is wanted or not", () => {
    fc.assert(
      fc.property(fc.array(anySample(), { minLength: 1, maxLength: 8 }), FORMAT, (samples, format) => {
        const body = writePage(samples);
        const { samples: _, ...rest } = parsePage(body, { format });
        expect(parsePage(body, { format, wants: () => false })).toEqual({ ...rest, samples: [] });
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
