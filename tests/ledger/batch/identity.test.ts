import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { IdentityHash } from "../../../lib/ledger/batch/identity.ts";
import { propertyRuns } from "../../support/property.ts";

const AT = Date.UTC(2026, 10, 21);

function hashed(hash: (identity: IdentityHash) => void): readonly [high: number, low: number] {
  const identity = new IdentityHash();
  hash(identity);
  return [identity.high, identity.low];
}

const ofText = (text: string, at?: number) => hashed((identity) => identity.ofText(text, at));

describe("the hash of an identity", () => {
  test("is the same for a text and for its UTF-8 bytes wherever they lie", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(9), fc.option(fc.nat()), (text, from, at) => {
        const encoded = new TextEncoder().encode(text);
        const bytes = new Uint8Array(from + encoded.length + 3).fill(7);
        bytes.set(encoded, from);
        const moment = at ?? undefined;
        expect(
          hashed((identity) => identity.ofBytes(new DataView(bytes.buffer), from, from + encoded.length, moment)),
        ).toEqual(ofText(text, moment));
      }),
      propertyRuns(300),
    );
  });

  test("is the same for a whole number and for its digits", () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), (id) => {
        expect(hashed((identity) => identity.ofWhole(id, AT))).toEqual(ofText(String(id), AT));
      }),
      propertyRuns(300),
    );
  });

  test("is one for 100 000 ids in a row, at one time and at none, and no half of it repeats more than chance", () => {
    const seen = new Set<number>();
    const highs = new Set<number>();
    const lows = new Set<number>();
    const identity = new IdentityHash();
    const count = 100_000;
    for (let id = 0; id < count; id++) {
      for (const at of [undefined, AT]) {
        identity.ofWhole(id, at);
        highs.add(identity.high);
        lows.add(identity.low);
        seen.add(identity.high * 2 ** 21 + (identity.low >>> 11));
      }
    }
    // 200 000 numbers of 32 bits repeat 5 times by chance (n² / 2^33), give or take 2.
    expect(seen.size).toBe(2 * count);
    for (const half of [highs, lows]) expect(Math.abs(2 * count - half.size - 5)).toBeLessThan(20);
  });

  test("tells the same id at another millisecond, and a text with a longer tail of zeros, apart", () => {
    const all = [ofText("7"), ofText("7", AT), ofText("7", AT + 1), ofText("7\0"), ofText("7\0\0"), ofText("")];
    expect(new Set(all.map(String)).size).toBe(all.length);
    expect(ofText("7", AT + 0.4)).toEqual(ofText("7", AT));
  });

  test("stays what ledgers on disk hold", () => {
    expect(ofText("chatcmpl-df1aa2cee4934b1fa59b7892")).toMatchInlineSnapshot(`
      [
        3748092724,
        608161093,
      ]
    `);
    expect(ofText("1", AT)).toMatchInlineSnapshot(`
      [
        2059629338,
        50683134,
      ]
    `);
    expect(ofText("ünï")).toMatchInlineSnapshot(`
      [
        4171748670,
        3593446570,
      ]
    `);
    // Of every length around a word of four bytes.
    const lengths = ["", "a", "ab", "abc", "abcd", "abcdefgh"].map((text) => ofText(text));
    expect(lengths).toEqual([
      [2814162711, 325974215],
      [2449677095, 4143606797],
      [3715807148, 161400305],
      [4284744683, 1932026193],
      [3431981294, 2223534145],
      [852499880, 3116915082],
    ]);
  });
});
