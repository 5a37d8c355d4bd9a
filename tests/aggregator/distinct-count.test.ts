import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { DistinctCount } from "../../lib/aggregator/distinct-count.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../support/property.ts";

/** Two halves of a 64-bit hash of a number. */
function hashOf(number: number): [number, number] {
  const hash = Bun.hash.wyhash(String(number), 0n);
  return [Number(hash >> 32n), Number(hash & 0xffffffffn)];
}

function countOf(from: number, to: number): DistinctCount {
  const count = new DistinctCount();
  for (let number = from; number < to; number++) count.add(...hashOf(number));
  return count;
}

describe("distinct count", () => {
  test("few things are counted exactly, however often and in however many parts they come", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(300), { maxLength: 200 }), { maxLength: 6 }), (parts) => {
        const merged = new DistinctCount();
        for (const part of parts) {
          const count = new DistinctCount();
          for (const number of part) count.add(...hashOf(number));
          merged.mergeBytes(count.toBytes());
        }
        expect(merged.count).toBe(new Set(parts.flat()).size);
      }),
      propertyRuns(100),
    );
  });

  test("hashes that share a half are told apart", () => {
    const count = new DistinctCount();
    for (let high = 0; high < 5; high++) for (let low = 0; low < 5; low++) count.add(high, low);
    expect(count.count).toBe(25);
    const again = new DistinctCount();
    again.mergeBytes(count.toBytes());
    expect(again.count).toBe(25);
  });

  test.each([1, 2_000, 3_000, 10_000, 40_000, 100_000, 400_000])(
    "%d things are estimated at most 2 %% off",
    (things) => {
      for (let round = 0; round < (things > 50_000 ? 1 : 5); round++) {
        const count = countOf(round * 1_000_000, round * 1_000_000 + things);
        expect(Math.abs(count.count - things) / things).toBeLessThan(0.02);
      }
    },
    PROPERTY_TIMEOUT_MS,
  );

  test("parts that overlap merge to what the whole would be, in any order", () => {
    const whole = countOf(0, 60_000);
    for (const order of [
      [countOf(0, 40_000), countOf(20_000, 60_000), countOf(5, 9)],
      [countOf(5, 9), countOf(20_000, 60_000), countOf(0, 40_000)],
    ]) {
      const merged = new DistinctCount();
      for (const part of order) merged.mergeBytes(part.toBytes());
      expect(merged.count).toBe(whole.count);
    }
  });

  test("is stored as hashes up to 2048 things, and as the register ranks of HyperLogLog beyond", () => {
    const exact = countOf(0, 2048).toBytes();
    expect([exact[0], exact.length]).toEqual([0, 1 + 2048 * 8]);
    for (const things of [2049, 30_000]) {
      const registers = new Uint8Array(2 ** 15);
      for (let number = 0; number < things; number++) {
        const hash = Bun.hash.wyhash(String(number), 0n);
        const index = Number(hash >> 49n);
        const rank = 49 - (hash & (2n ** 49n - 1n)).toString(2).length + 1;
        registers[index] = Math.max(registers[index] ?? 0, rank);
      }
      expect(countOf(0, things).toBytes()).toEqual(Uint8Array.of(1, ...registers));
    }
  });

  test("ranks reach from the first bit behind the register's to none of them", () => {
    const registersOf = (high: number, low: number) => {
      const count = countOf(0, 2049);
      const before = count.toBytes();
      count.add(high, low);
      const after = count.toBytes();
      const index = high >>> 17;
      return {
        rank: after[1 + index],
        others: after.filter((rank, at) => at !== 1 + index && rank !== before[at]).length,
      };
    };
    // The register of these hashes is 0, which the 2049 before leave below the ranks that are looked for.
    expect(registersOf(1, 0)).toEqual({ rank: 17, others: 0 });
    expect(registersOf(0, 0x8000_0000)).toEqual({ rank: 18, others: 0 });
    expect(registersOf(0, 1)).toEqual({ rank: 49, others: 0 });
    expect(registersOf(0, 0)).toEqual({ rank: 50, others: 0 });
  });
});
