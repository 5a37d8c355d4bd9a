import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { foldBatch } from "../../../lib/ledger/fold/fold-batch.ts";
import { beginDay } from "../../../lib/ledger/fold/fold-day.ts";
import { LedgerError } from "../../../lib/ledger/sql/ledger-error.ts";
import { openCuttingProxy } from "../../support/cutting-proxy.ts";
import { batchOf, openServerLedger, type TestRecord, type TestServerLedger } from "../../support/ledger.ts";
import { openDatabase, startServer } from "../../support/postgres.ts";
import { propertyRuns } from "../../support/property.ts";
import { recordWith } from "../../support/records.ts";
import { MINUTES_FROM, FOLDED_AT as NOW, picked, someRecords } from "../../support/test-records.ts";
import { differences, rollupsOf, truthOf } from "../truth.ts";

setDefaultTimeout(120_000);

const DAY_MS = 86_400_000;
const DAY = Date.UTC(2026, 9, 24) / DAY_MS;

function fold(ledger: TestServerLedger, records: readonly TestRecord[]) {
  return foldBatch(ledger, batchOf(records), { now: NOW, source: "test" });
}

describe("servers that write one ledger", () => {
  test("at the same moment count each record once, whichever days and names come first", async () => {
    const parts = fc.array(fc.array(fc.nat(1000), { maxLength: 20 }), { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(someRecords, parts, async (all, picks) => {
        await using database = await openDatabase();
        const servers = await Promise.all([1, 2, 3].map(() => openServerLedger(database.url)));
        const results = await Promise.all(
          [...picks, all.map((_, index) => index), all.map((_, index) => all.length - index)].map((pick, index) => {
            const server = servers[index % servers.length];
            if (!server) throw new Error("There is no server");
            return fold(server, picked(all, pick));
          }),
        );
        expect(results.reduce((sum, { counted }) => sum + counted, 0)).toBe(all.length);
        for (const server of servers) {
          expect(differences(await rollupsOf(server), truthOf(all, "UTC", MINUTES_FROM))).toEqual([]);
          await server.close();
        }
      }),
      propertyRuns(5),
    );
  });

  test("see what one of them has closed or replaced in the meantime", async () => {
    await using database = await openDatabase();
    const [one, other] = [await openServerLedger(database.url), await openServerLedger(database.url)];
    const records = [1, 2, 3].map((n) => recordWith({ id: `r${n}`, at: DAY * DAY_MS + n }));
    await fold(one, records.slice(0, 2));
    await fold(other, records.slice(0, 1));
    const day = beginDay(one, DAY, { now: NOW, keepsIdentities: true });
    day.add(batchOf(records));
    await day.begun();
    const [replaced, folded] = await Promise.all([day.commit({ source: "test" }), fold(other, records)]);
    expect([replaced.kind, folded.counted]).toEqual(folded.counted === 1 ? ["changed", 1] : ["replaced", 0]);
    expect(differences(await rollupsOf(other), truthOf(records, "UTC"))).toEqual([]);
    expect(await one.sql.rows("SELECT COUNT(*) AS n FROM sheet")).toEqual([{ n: 1 }]);
    const closed = beginDay(one, DAY, { now: NOW, keepsIdentities: false });
    closed.add(batchOf(records));
    expect(await closed.commit({ source: "test" })).toMatchObject({ kind: "replaced" });
    expect(await fold(other, records)).toMatchObject({ counted: 0, tooOld: 3 });
    await Promise.all([one.close(), other.close()]);
  });

  test("raise the version of the ledger with each change, and not before it is seen", async () => {
    await using database = await openDatabase();
    const ledger = await openServerLedger(database.url);
    const version = async () => (await ledger.sql.rows("SELECT value FROM meta WHERE name = 'changes'"))[0];
    const before = await version();
    const during = await ledger.write(version);
    expect(during).toEqual(before);
    expect(await version()).not.toEqual(before);
    await ledger.close();
  });
});

describe("a connection that is cut", () => {
  test("anywhere in a fold changes no sum: what is folded again is counted once", async () => {
    await using database = await openDatabase();
    using proxy = await openCuttingProxy(database.server.port);
    const through = database.url.replace(`:${database.server.port}/`, `:${proxy.port}/`);
    const all = Array.from({ length: 60 }, (_, n) =>
      recordWith({ id: `r${n}`, at: (DAY + (n % 3)) * DAY_MS + n, user: `u${n % 7}`, endUser: `e${n}`, spend: n }),
    );
    let ledger = await openServerLedger(through);
    let failures = 0;
    // From the first byte of an answer to beyond the last one, so that some cuts fall on COMMIT and its answer.
    for (let bytes = 1, from = 0; from < all.length; bytes += 97) {
      proxy.cutAfter = bytes;
      try {
        await fold(ledger, all.slice(0, from + 3));
        from += 3;
      } catch (error) {
        expect(error).toBeInstanceOf(LedgerError);
        expect(String(error)).not.toContain("top-secret");
        failures += 1;
        if (failures % 5 === 0) {
          proxy.cutAfter = undefined;
          await ledger.close();
          ledger = await openServerLedger(through);
        }
      }
      proxy.cutAfter = undefined;
    }
    expect(failures).toBeGreaterThan(10);
    await fold(ledger, all);
    expect(differences(await rollupsOf(ledger), truthOf(all, "UTC", MINUTES_FROM))).toEqual([]);
    await ledger.close();
  });

  test("by a restart of the server is one error, and then the ledger goes on", async () => {
    const server = await startServer();
    try {
      await using database = await openDatabase({ server });
      const ledger = await openServerLedger(database.url);
      const records = [1, 2].map((n) => recordWith({ id: `r${n}`, at: DAY * DAY_MS + n }));
      await fold(ledger, records);
      await server.stop();
      const failed = await fold(ledger, records).catch((error: unknown) => error);
      expect(failed).toMatchObject({ name: "LedgerError", reason: "away" });
      await server.start();
      expect(await fold(ledger, records)).toMatchObject({ counted: 0, duplicates: 2 });
      await ledger.close();
    } finally {
      await server.stop();
    }
  });
});

describe("the turn to read a table into a ledger", () => {
  test("is one process's until it lets go, and a single run is let in between", async () => {
    await using database = await openDatabase();
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => openServerLedger(database.url)));
    if (!first || !second || !third) throw new Error("There is no ledger");
    const turn = await first.store.turns.take("standing");
    expect(turn).toBeDefined();
    expect(await second.store.turns.take("standing")).toBeUndefined();
    expect(await turn?.isWanted()).toBe(false);
    expect(await third.store.turns.take("once")).toBeUndefined();
    expect(await turn?.isWanted()).toBe(true);
    await turn?.release();
    // Whoever follows leaves it to the one that waits for a single run.
    expect(await second.store.turns.take("standing")).toBeUndefined();
    const once = await third.store.turns.take("once");
    expect(once).toBeDefined();
    await once?.release();
    const next = await second.store.turns.take("standing");
    expect(await next?.isWanted()).toBe(false);
    await Promise.all([first, second, third].map((each) => each.close()));
  });

  test("goes with the connection: nothing is written after it, until it is taken again", async () => {
    await using database = await openDatabase();
    const [first, second] = [await openServerLedger(database.url), await openServerLedger(database.url)];
    const turn = await first.store.turns.take("standing");
    await database.sql`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`;
    const record = recordWith({ id: "r", at: DAY * DAY_MS });
    const refused = async () => (await fold(first, [record]).catch((error: unknown) => error)) instanceof LedgerError;
    expect(await refused()).toBe(true);
    const other = await second.store.turns.take("standing");
    expect(other).toBeDefined();
    expect(await refused()).toBe(true);
    expect(await turn?.isWanted()).toBe(false);
    await turn?.release();
    expect(await first.store.turns.take("standing")).toBeUndefined();
    await other?.release();
    expect(await first.store.turns.take("standing")).toBeDefined();
    expect(await fold(first, [record])).toMatchObject({ counted: 1 });
    await Promise.all([first.close(), second.close()]);
  });
});

test("a name that no index of PostgreSQL would hold is kept by its begin and a hash", async () => {
  await using database = await openDatabase();
  const ledger = await openServerLedger(database.url);
  const long = "☃".repeat(5000);
  const records = [long, `${long}!`, "zero\0in it", "\ud800 alone"].map((user, n) =>
    recordWith({ id: `r${n}`, at: DAY * DAY_MS + n, user }),
  );
  await fold(ledger, records);
  expect(await fold(ledger, records)).toMatchObject({ counted: 0, duplicates: 4 });
  const users = await ledger.sql.lists(
    "SELECT text FROM text JOIN payer ON payer.user_id = text.id ORDER BY length(text), text",
  );
  expect(users.map(([text]) => String(text))).toEqual([
    "\ufffd alone",
    "zero\ufffdin it",
    expect.stringMatching(/^☃{450}… \(sha256 [0-9a-f]{64}\)$/),
    expect.stringMatching(/^☃{450}… \(sha256 [0-9a-f]{64}\)$/),
  ]);
  await ledger.close();
});
