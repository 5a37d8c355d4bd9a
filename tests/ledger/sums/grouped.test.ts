import { expect, test } from "bun:test";
import fc from "fast-check";
import { foldBatch } from "../../../lib/ledger/fold/fold-batch.ts";
import { groupedUse } from "../../../lib/ledger/sums/grouped.ts";
import { batchOf, openTestLedger, readerOf } from "../../support/ledger.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";
import { recordWith } from "../../support/records.ts";

const DAY_MS = 86_400_000;
const FIRST = Math.floor(Date.UTC(2026, 8, 1) / DAY_MS);
const NOW = (FIRST + 90) * DAY_MS;

const record = fc.record({
  day: fc.nat({ max: 60 }),
  model: fc.constantFrom("a", "b"),
  key: fc.constantFrom("k", "l", "m"),
  endUser: fc.constantFrom("x", "", null),
});

test(
  "groups of any days are what the records add up to, before and after more come to a past that is remembered",
  async () => {
    const days = fc.nat({ max: 61 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 30 }),
        fc.array(record, { maxLength: 5 }),
        days,
        days,
        fc.boolean(),
        async (early, late, a, b, byDay) => {
          const ledger = openTestLedger();
          const reader = readerOf(ledger);
          const range = { from: FIRST + Math.min(a, b), to: FIRST + Math.max(a, b) };
          const counted: typeof early = [];
          for (const part of [early, late]) {
            const made = part.map(({ day, ...names }, i) =>
              recordWith({ id: `${counted.length} ${i}`, at: (FIRST + day) * DAY_MS + i, ...names }),
            );
            await foldBatch(ledger, batchOf(made), { now: NOW, source: "records" });
            counted.push(...part);
            for (const by of [["end_user"], ["api_key", "model"], ["model"], []] as const) {
              const found = await reader.snapshot((state) =>
                groupedUse(state, { days: range, by, measures: ["requests"], byDay }),
              );
              const names = { end_user: "endUser", api_key: "key", model: "model" } as const;
              const inside = counted.filter(({ day }) => FIRST + day >= range.from && FIRST + day < range.to);
              const truth = Map.groupBy(inside, (one) =>
                JSON.stringify([byDay ? FIRST + one.day : 0, ...by.map((dimension) => one[names[dimension]])]),
              );
              const sums = found.map(
                ({ day, names: of, requests }) => [JSON.stringify([day, ...of]), requests] as const,
              );
              expect(new Map(sums)).toEqual(new Map([...truth].map(([key, list]) => [key, list.length])));
            }
          }
          await reader.close();
        },
      ),
      propertyRuns(30),
    );
  },
  PROPERTY_TIMEOUT_MS,
);
