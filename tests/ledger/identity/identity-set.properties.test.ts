import { expect, test } from "bun:test";
import fc from "fast-check";
import { IdentityList, IdentitySet } from "../../../lib/ledger/identity/identity-set.ts";
import { propertyRuns } from "../../support/property.ts";

const half = fc.oneof(fc.nat(2), fc.nat(0xffff_ffff));
/** Few low halves, so that hashes stand in each other's places; 0 and 0 is none. */
const hash = fc.tuple(half, half).filter(([high, low]) => high !== 0 || low !== 0);

test("a set has each hash once, in whatever way it came to it", () => {
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 700 }), fc.nat(700), (all, cut) => {
      const set = new IdentitySet();
      const seen = new Set<string>();
      const list = new IdentityList();
      for (const [high, low] of all) {
        expect(set.add(high, low)).toBe(!seen.has(`${high} ${low}`));
        seen.add(`${high} ${low}`);
        list.push(high, low);
      }
      expect([set.size, list.length]).toEqual([seen.size, all.length]);
      const stored = new IdentitySet();
      stored.addBytes(list.bytes());
      for (const [high, low] of all) expect(stored.add(high, low)).toBe(false);
      expect(stored.size).toBe(seen.size);
      const rest = new IdentitySet();
      rest.addBytes(list.bytes(), 8 * Math.min(cut, all.length));
      expect(rest.size).toBe(new Set(all.slice(cut).map(String)).size);
    }),
    propertyRuns(60),
  );
});

test("hashes are stored as eight bytes each, the high half first", () => {
  const list = new IdentityList();
  expect([...list.bytes()]).toEqual([]);
  for (let i = 0; i < 70; i++) list.push(0x01020304, i);
  expect([...list.bytes()].slice(-16)).toEqual([1, 2, 3, 4, 0, 0, 0, 68, 1, 2, 3, 4, 0, 0, 0, 69]);
});

test("hashes whose high half is 0 and that all want one place are kept when the set grows", () => {
  const set = new IdentitySet();
  const lows = Array.from({ length: 500 }, (_, i) => (i + 1) * 65_536);
  for (const low of lows) expect(set.add(0, low)).toBe(true);
  for (const low of lows) expect(set.add(0, low)).toBe(false);
});
