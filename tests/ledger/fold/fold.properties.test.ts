import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Texts } from "../../../lib/ledger/batch/texts.ts";
import { foldBatch } from "../../../lib/ledger/fold/fold-batch.ts";
import { beginDay } from "../../../lib/ledger/fold/fold-day.ts";
import type { Ledger } from "../../../lib/ledger/ledger.ts";
import { batchOf, openTestLedger, type TestRecord } from "../../support/ledger.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";
import { temporaryPath } from "../../support/store.ts";
import { crowdOf, differences, rollupsOf, truthOf } from "../truth.ts";

const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 9, 24);
const NOW = FIRST + 40 * DAY;

const name = fc.constantFrom("", "a", "b", 'ünï "q" {x}', "__proto__");
const nullable = fc.option(name, { nil: null });
const duration = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 5000 }));
const record = fc.record({
  at: fc.integer({ min: FIRST, max: FIRST + 4 * DAY - 1 }),
  latencyMs: duration,
  firstTokenMs: duration,
  spend: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5, noNaN: true })),
  prompt: fc.nat(5000),
  completion: fc.nat(5000),
  status: fc.constantFrom<(0 | 1)[]>(0, 0, 0, 1),
  cache: fc.constantFrom<(0 | 1 | 2)[]>(0, 1, 2),
  model: name,
  group: nullable,
  provider: nullable,
  key: name,
  user: nullable,
  endUser: nullable,
  team: nullable,
  tags: fc.option(fc.array(name, { maxLength: 3 }), { nil: null }),
  session: nullable,
});
const records = fc
  .array(record, { minLength: 1, maxLength: 40 })
  .map((list): TestRecord[] => list.map((each, index) => ({ ...each, id: `chatcmpl-${index}` })));
const zones = fc.constantFrom("UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "Europe/Berlin");

/** What may happen to a record on its way: it comes in some part, again, or a fold of its part is broken off. */
const ways = fc.array(
  fc.record({ pick: fc.array(fc.nat(1000), { maxLength: 30 }), isBroken: fc.boolean(), reopens: fc.boolean() }),
  { maxLength: 8 },
);

class Broken extends Error {}

/** Folds, and breaks the transaction off at its end as a kill would. */
function foldAndBreak(ledger: Ledger, part: readonly TestRecord[], texts: Texts): void {
  expect(() =>
    ledger.write(() => {
      foldBatch(ledger, batchOf(part, texts), { now: NOW, source: "test", progress: "lost" });
      throw new Broken();
    }),
  ).toThrow(Broken);
}

describe("folding", () => {
  test(
    "counts each record once, whatever the order, the parts, what comes again and what is broken off",
    () => {
      fc.assert(
        fc.property(records, ways, zones, fc.boolean(), (all, parts, zone, sharesTexts) => {
          const path = temporaryPath("ledger.db");
          let db = new Database(path);
          db.run("PRAGMA synchronous = OFF");
          let ledger = openTestLedger(zone, db);
          let shared = new Texts();
          const seen = new Set<string>();
          const give = (part: readonly TestRecord[]) => {
            const result = foldBatch(ledger, batchOf(part, sharesTexts ? shared : new Texts()), {
              now: NOW,
              source: "test",
            });
            const fresh = new Set(part.map(({ id }) => id).filter((id) => !seen.has(id)));
            for (const id of fresh) seen.add(id);
            expect(result).toMatchObject({ counted: fresh.size, duplicates: part.length - fresh.size, tooOld: 0 });
          };
          for (const { pick, isBroken, reopens } of parts) {
            const part = pick.map((index) => all[index % all.length]).filter((each) => each !== undefined);
            if (isBroken) foldAndBreak(ledger, part, shared);
            else give(part);
            if (!reopens) continue;
            db.close();
            db = new Database(path);
            ledger = openTestLedger(zone, db);
            shared = new Texts();
          }
          give(all);
          expect(differences(rollupsOf(ledger), truthOf(all, zone))).toEqual([]);
          const crowd = crowdOf(ledger);
          expect(crowd.users).toBe(new Set(all.map(({ user }) => user).filter(Boolean)).size);
          expect(crowd.sessions).toBe(new Set(all.map(({ session }) => session).filter(Boolean)).size);
          const latencies = all.filter(({ status, latencyMs }) => status === 0 && latencyMs >= 0);
          expect(crowd.latency.count).toBe(latencies.length);
          db.close();
        }),
        propertyRuns(30),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "two processes on one file count each record once",
    () => {
      fc.assert(
        fc.property(
          records,
          fc.array(fc.tuple(fc.boolean(), fc.array(fc.nat(1000), { maxLength: 20 }))),
          (all, turns) => {
            const path = temporaryPath("ledger.db");
            const dbs = [new Database(path), new Database(path)] as const;
            const ledgers = [openTestLedger("UTC", dbs[0]), openTestLedger("UTC", dbs[1])] as const;
            for (const db of dbs) db.run("PRAGMA synchronous = OFF");
            for (const [first, pick] of [...turns, [true, all.map((_, index) => index)] as const]) {
              const part = pick.map((index) => all[index % all.length]).filter((each) => each !== undefined);
              foldBatch(ledgers[first ? 0 : 1], batchOf(part), { now: NOW, source: "test" });
            }
            expect(differences(rollupsOf(ledgers[1]), truthOf(all, "UTC"))).toEqual([]);
            for (const db of dbs) db.close();
          },
        ),
        propertyRuns(30),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "whole days and single folds together add up",
    async () => {
      await fc.assert(
        fc.asyncProperty(records, zones, fc.array(fc.nat(1000), { maxLength: 20 }), async (all, zone, early) => {
          const ledger = openTestLedger(zone);
          const part = early.map((index) => all[index % all.length]).filter((each) => each !== undefined);
          foldBatch(ledger, batchOf(part), { now: NOW, source: "test" });
          for (const day of new Set(all.map(({ at }) => Math.floor(at / DAY)))) {
            const fold = beginDay(ledger, day, { now: NOW, keepsIdentities: true });
            const texts = new Texts();
            const ofDay = all.filter(({ at }) => Math.floor(at / DAY) === day);
            for (let i = 0; i < ofDay.length; i += 7) fold.add(batchOf(ofDay.slice(i, i + 7), texts));
            const result = await fold.commit({ source: "test", progress: String(day) });
            expect(result).toMatchObject({ kind: "replaced", records: ofDay.length });
          }
          const again = foldBatch(ledger, batchOf(all), { now: NOW, source: "test" });
          expect(again).toMatchObject({ counted: 0, duplicates: all.length });
          expect(differences(rollupsOf(ledger), truthOf(all, zone))).toEqual([]);
        }),
        propertyRuns(20),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
