import { expect, test } from "bun:test";
import fc from "fast-check";
import { ByteTexts } from "../../../../lib/ledger/batch/byte-texts.ts";
import { CopyDecoder } from "../../../../lib/ledger/sync/rows/copy-decoder.ts";
import { RowReader } from "../../../../lib/ledger/sync/rows/row-reader.ts";
import type { Selected } from "../../../../lib/ledger/sync/table/expressions.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../../support/property.ts";

const FIELDS: readonly Selected[] = [
  { role: "time", sql: "", wire: "micros" },
  { role: "id", sql: "", wire: "text" },
  { role: "spend", sql: "", wire: "float8" },
  { role: "prompt_tokens", sql: "", wire: "int4" },
  { role: "completion_tokens", sql: "", wire: "int8" },
  { role: "model", sql: "", wire: "text" },
  { role: "user", sql: "", wire: "text" },
  { role: "status", sql: "", wire: "text" },
  { role: "cache", sql: "", wire: "text" },
];

const MS_TO_2000 = 946_684_800_000;
const text = fc.option(fc.oneof(fc.string({ unit: "binary", maxLength: 12 }), fc.constantFrom("", "gpt", "failurs")));
const row = fc.record({
  // Whole milliseconds since 2000, which a float holds; now and then none.
  ms: fc.option(fc.integer({ min: 0, max: 3_000_000_000_000 }), { freq: 9 }),
  id: fc.string({ unit: "binary", maxLength: 20 }),
  spend: fc.option(fc.oneof(fc.double(), fc.double({ min: -1e12, max: 1e12 }))),
  prompt: fc.option(fc.integer()),
  completion: fc.option(fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -1e12, max: 1e12 }))),
  model: text,
  user: fc.oneof(text, fc.string({ minLength: 300, maxLength: 3000 })),
  status: fc.constantFrom("success", "failure", null, "failurE"),
  cache: fc.constantFrom("True", "False", "None", "true", "false", "", null),
});
type Row = typeof row extends fc.Arbitrary<infer Value> ? Value : never;

/** Rows as `COPY … (FORMAT binary)` sends them (PostgreSQL 18, COPY, binary format). */
function copyOf(rows: readonly Row[]): Buffer {
  const head = Buffer.concat([Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), int32(0), int32(3), Buffer.from("ext")]);
  const body = rows.map((one) => {
    const { ms, id, spend, prompt, completion, model, user, status, cache } = one;
    const fields = [
      ms === null ? null : int64(BigInt(ms) * 1000n),
      Buffer.from(id),
      spend === null ? null : float64(spend),
      prompt === null ? null : int32(prompt),
      completion === null ? null : int64(BigInt(completion)),
      ...[model, user, status, cache].map((each) => (each === null ? null : Buffer.from(each))),
    ];
    return Buffer.concat([
      int16(fields.length),
      ...fields.flatMap((each) => [int32(each?.length ?? -1), each ?? Buffer.alloc(0)]),
    ]);
  });
  return Buffer.concat([head, ...body, int16(-1)]);
}

const int16 = (value: number) => written(2, (bytes) => bytes.writeInt16BE(value));
const int32 = (value: number) => written(4, (bytes) => bytes.writeInt32BE(value));
const int64 = (value: bigint) => written(8, (bytes) => bytes.writeBigInt64BE(value));
const float64 = (value: number) => written(8, (bytes) => bytes.writeDoubleBE(value));

function written(size: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
}

/** Whether a request may have so many tokens or dollars. */
const isLikely = (value: number) => Math.abs(value) <= 1e12;

/** What a batch must hold of a row. */
function expected({ ms, spend, prompt, completion, model, user, status, cache }: Row) {
  const [p, c] = [prompt ?? 0, completion !== null && isLikely(completion) ? completion : 0];
  return {
    at: (ms ?? 0) + MS_TO_2000,
    spend: spend !== null && isLikely(spend) ? spend : 0,
    tokens: [p, c, p + c],
    // Bytes that are no text do not come from PostgreSQL; a lone half of a character is written as U+FFFD.
    names: [model, user].map((each) => (each === null ? null : Buffer.from(each).toString())),
    status: status === "failure" ? 1 : 0,
    cache: cache === "True" || cache === "true" ? 1 : cache === "False" || cache === "false" ? 2 : 0,
  };
}

/** Reads a copy that comes in pieces which end anywhere; the pieces are one buffer that is written over, as of a socket. */
function decode(copy: Buffer, cuts: readonly number[], capacity: number) {
  const found: ReturnType<typeof expected>[] = [];
  const texts = new ByteTexts();
  const reader = new RowReader(FIELDS, {
    identity: "id",
    texts,
    capacity,
    onBatch(batch) {
      const name = (column: Uint32Array, i: number) => batch.texts.textOf(column[i] ?? -1);
      for (let i = 0; i < batch.length; i++) {
        found.push({
          at: batch.startedAt[i] ?? 0,
          spend: batch.spend[i] ?? 0,
          tokens: [batch.promptTokens[i] ?? -1, batch.completionTokens[i] ?? -1, batch.totalTokens[i] ?? -1],
          names: [name(batch.model, i), name(batch.user, i)],
          status: batch.status[i] ?? -1,
          cache: batch.cache[i] ?? -1,
        });
      }
    },
  });
  const decoder = new CopyDecoder(reader);
  let from = 0;
  for (const to of [...cuts.map((cut) => cut % (copy.length + 1)).toSorted((a, b) => a - b), copy.length]) {
    const piece = Buffer.from(copy.subarray(from, to));
    decoder.push(piece);
    piece.fill(0xee);
    from = to;
  }
  decoder.finish();
  return { found, decoder, reader };
}

const cuts = fc.array(fc.nat(), { maxLength: 30 });
const capacity = fc.integer({ min: 1, max: 40 });

test(
  "rows come out as they went in, wherever the pieces end",
  () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 120 }), cuts, capacity, (rows, ends, size) => {
        const { found, decoder, reader } = decode(copyOf(rows), ends, size);
        const timed = rows.filter(({ ms }) => ms !== null);
        expect(found).toEqual(timed.map(expected));
        expect([decoder.isComplete, reader.rows]).toEqual([true, rows.length]);
        const odd = timed.filter(({ spend }) => spend !== null && !isLikely(spend)).length;
        expect(reader.oddities).toEqual({ untimed: rows.length - timed.length, spend: odd });
      }),
      propertyRuns(200),
    );
  },
  PROPERTY_TIMEOUT_MS,
);

test(
  "a copy that is cut off gives the rows that came whole, and is not complete",
  () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), cuts, fc.nat(), (rows, ends, cut) => {
        const copy = copyOf(rows);
        const { found, decoder } = decode(copy.subarray(0, cut % copy.length), ends, 7);
        const timed = rows.filter(({ ms }) => ms !== null).map(expected);
        expect(found).toEqual(timed.slice(0, found.length));
        expect(decoder.isComplete).toBe(false);
      }),
      propertyRuns(100),
    );
  },
  PROPERTY_TIMEOUT_MS,
);

test("pieces of many rows, larger than the decoder's first room, come whole", () => {
  const rows = fc.sample(row, { numRuns: 3000, seed: 1 });
  const { found } = decode(copyOf(rows), [100_000, 100_001, 900_000], 500);
  expect(found).toEqual(rows.filter(({ ms }) => ms !== null).map(expected));
});
