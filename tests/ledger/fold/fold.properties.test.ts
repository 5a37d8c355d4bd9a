import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Texts } from "../../../lib/ledger/batch/texts.ts";
import { foldBatch } from "../../../lib/ledger/fold/fold-batch.ts";
import { beginDay } from "../../../lib/ledger/fold/fold-day.ts";
import type { Ledger } from "../../../lib/ledger/ledger.ts";
import { batchOf, breakingOff, openServerLedger, openTestLedger, type TestRecord } from "../../support/ledger.ts";
import { openDatabase } from "../../support/postgres.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";
import { temporaryPath } from "../../support/store.ts";
import {
  MINUTES_FROM,
  FOLDED_AT as NOW,
  picked,
  someRecords,
  someWays,
  someZones,
} from "../../support/test-records.ts";
import { crowdOf, differences, rollupsOf, truthOf } from "../truth.ts";

const DAY = 86_400_000;
/** A database on a server takes longer to make than a file. */
const SERVER_RUNS = 5;

/** A place for one ledger, which is opened by one process after the other, or by several. */
type Place = AsyncDisposable & { open(zone: string): Promise<{ ledger: Ledger; close(): Promise<void> }> };

async function aFile(): Promise<Place> {
  const path = temporaryPath("ledger.db");
  return {
    async open(zone) {
      const db = new Database(path);
      db.run("PRAGMA synchronous = OFF");
      // Few rows a statement, so that even a small day is written in many parts.
      return { ledger: { ...openTestLedger(zone, db), rowsAtOnce: 7 }, close: async () => db.close() };
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function aServer(): Promise<Place> {
  const database = await openDatabase();
  return {
    async open(zone) {
      const ledger = await openServerLedger(database.url, zone);
      return { ledger, close: ledger.close };
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

class Broken extends Error {}

/** Folds, and breaks the transaction off at its end as a kill would. */
async function foldAndBreak(ledger: Ledger, part: readonly TestRecord[], texts: Texts): Promise<void> {
  const broken = breakingOff(ledger, new Broken("broken off"));
  const folding = foldBatch(broken, batchOf(part, texts), { now: NOW, source: "test", progress: "lost" });
  expect(await folding.catch((error: unknown) => error)).toBeInstanceOf(Broken);
}

describe.each([
  { where: "in a file", make: aFile, runs: 30 },
  { where: "in PostgreSQL", make: aServer, runs: SERVER_RUNS },
])("folding $where", ({ make, runs }) => {
  test(
    "counts each record once, whatever the order, the parts, what comes again and what is broken off",
    async () => {
      await fc.assert(
        fc.asyncProperty(someRecords, someWays, someZones, fc.boolean(), async (all, parts, zone, sharesTexts) => {
          await using place = await make();
          let opened = await place.open(zone);
          let shared = new Texts();
          const seen = new Set<string>();
          const give = async (part: readonly TestRecord[]) => {
            const batch = batchOf(part, sharesTexts ? shared : new Texts());
            const result = await foldBatch(opened.ledger, batch, { now: NOW, source: "test" });
            const fresh = new Set(part.map(({ id }) => id).filter((id) => !seen.has(id)));
            for (const id of fresh) seen.add(id);
            expect(result).toMatchObject({ counted: fresh.size, duplicates: part.length - fresh.size, tooOld: 0 });
          };
          for (const { pick, isBroken, reopens } of parts) {
            const part = picked(all, pick);
            if (isBroken) await foldAndBreak(opened.ledger, part, shared);
            else await give(part);
            if (!reopens) continue;
            await opened.close();
            opened = await place.open(zone);
            shared = new Texts();
          }
          await give(all);
          expect(differences(await rollupsOf(opened.ledger), truthOf(all, zone, MINUTES_FROM))).toEqual([]);
          const crowd = await crowdOf(opened.ledger);
          expect(crowd.users).toBe(new Set(all.map(({ user }) => user).filter(Boolean)).size);
          expect(crowd.sessions).toBe(new Set(all.map(({ session }) => session).filter(Boolean)).size);
          const latencies = all.filter(({ status, latencyMs }) => status === 0 && latencyMs >= 0);
          expect(crowd.latency.count).toBe(latencies.length);
          await opened.close();
        }),
        propertyRuns(runs),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "two processes on one ledger count each record once",
    async () => {
      const turns = fc.array(fc.tuple(fc.boolean(), fc.array(fc.nat(1000), { maxLength: 20 })));
      await fc.assert(
        fc.asyncProperty(someRecords, turns, async (all, given) => {
          await using place = await make();
          const both = [await place.open("UTC"), await place.open("UTC")] as const;
          for (const [first, pick] of [...given, [true, all.map((_, index) => index)] as const]) {
            const batch = batchOf(picked(all, pick));
            await foldBatch(both[first ? 0 : 1].ledger, batch, { now: NOW, source: "test" });
          }
          expect(differences(await rollupsOf(both[1].ledger), truthOf(all, "UTC", MINUTES_FROM))).toEqual([]);
          for (const { close } of both) await close();
        }),
        propertyRuns(runs),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "whole days and single folds together add up",
    async () => {
      const some = fc.array(fc.nat(1000), { maxLength: 20 });
      await fc.assert(
        fc.asyncProperty(someRecords, someZones, some, async (all, zone, early) => {
          await using place = await make();
          const { ledger, close } = await place.open(zone);
          await foldBatch(ledger, batchOf(picked(all, early)), { now: NOW, source: "test" });
          for (const day of new Set(all.map(({ at }) => Math.floor(at / DAY)))) {
            const fold = beginDay(ledger, day, { now: NOW, keepsIdentities: true });
            const texts = new Texts();
            const ofDay = all.filter(({ at }) => Math.floor(at / DAY) === day);
            for (let i = 0; i < ofDay.length; i += 7) fold.add(batchOf(ofDay.slice(i, i + 7), texts));
            const result = await fold.commit({ source: "test", progress: String(day) });
            expect(result).toMatchObject({ kind: "replaced", records: ofDay.length });
          }
          const again = await foldBatch(ledger, batchOf(all), { now: NOW, source: "test" });
          expect(again).toMatchObject({ counted: 0, duplicates: all.length });
          expect(differences(await rollupsOf(ledger), truthOf(all, zone, MINUTES_FROM))).toEqual([]);
          await close();
        }),
        propertyRuns(Math.min(20, runs)),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
