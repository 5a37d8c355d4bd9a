import { expect, test } from "bun:test";
import fc from "fast-check";
import { inOrder } from "../../../lib/ledger/fold/cell-order.ts";
import { TupleTable } from "../../../lib/ledger/fold/tuple-table.ts";
import { propertyRuns } from "../../support/property.ts";

const number = fc.oneof(fc.nat(3), fc.nat(0xf_ffff), fc.nat(0xffff_ffff));

test("cells stand in the order of their keys as they are written, however large the numbers are", () => {
  const keys = fc.uniqueArray(fc.tuple(number, number, number, number), { selector: String, maxLength: 60 });
  const named = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(keys, named, fc.integer({ min: 1, max: 4 }), fc.nat(0x7fff_ffff), (all, isNamed, columns, turn) => {
      const table = new TupleTable(0);
      for (const [a, b, c, d] of all) table.find(a, b, c, d);
      // Ids in another order than the numbers that they are looked up by.
      const idOf = (held: number) => held ^ turn;
      const ids = isNamed.slice(0, columns).map((is) => (is ? sparse(all.flat(), idOf) : undefined));
      const written = [...inOrder(table, ids)].map((cell) =>
        (all[cell] ?? []).slice(0, columns).map((held, column) => ids[column]?.[held] ?? held),
      );
      expect(written).toEqual(written.toSorted(byEach));
      expect(new Set(inOrder(table, ids)).size).toBe(all.length);
    }),
    propertyRuns(200),
  );
});

/** A list that has an entry only at these numbers. */
function sparse(numbers: readonly number[], of: (held: number) => number): number[] {
  const list: number[] = [];
  for (const held of numbers) list[held] = of(held) >>> 0;
  return list;
}

function byEach(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((value, i) => value !== b[i]);
  return (a[differs] ?? 0) - (b[differs] ?? 0);
}
