import { expect, test } from "bun:test";
import fc from "fast-check";
import { addNumberSet, numberSetBytes } from "../../lib/aggregator/number-set.ts";
import { propertyRuns } from "../support/property.ts";

test("sets of numbers that were written and read again are their union", () => {
  const numbers = fc.array(fc.oneof(fc.nat(300), fc.maxSafeNat()));
  fc.assert(
    fc.property(numbers, numbers, (one, other) => {
      const union = new Set<number>();
      addNumberSet(numberSetBytes(one), union);
      addNumberSet(numberSetBytes(other), union);
      expect(union).toEqual(new Set([...one, ...other]));
    }),
    propertyRuns(200),
  );
});
