import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openSandbox, type Sandbox, until } from "../support/binary.ts";
import { expectLedger, recordsIn, sourceSums } from "../support/ledger-file.ts";
import { openDatabase, type TestDatabase } from "../support/postgres.ts";
import { fillSpendLogs } from "../support/spend-rows.ts";

setDefaultTimeout(120_000);

const ROWS = 20_000;
const KILLS = 6;

/** A source with some days of requests, and a sandbox in which the program folds it into `ledger`. */
async function openSource(rows = ROWS) {
  const database = await openDatabase({ schema: "schema.sql" });
  await fillSpendLogs(database.sql, { rows, days: 8, until: Date.now(), seed: 0.25 });
  const sandbox = openSandbox();
  const ledger = join(sandbox.folder, "ledger.db");
  const set = { DATABASE_URL: database.url, LEDGER_PATH: ledger, LEDGER_INTERVAL: "1" };
  return {
    database,
    sandbox,
    ledger,
    set,
    sync: (...args: string[]) => sandbox.run(["sync", ...args], { set }),
    start: (...args: string[]) => sandbox.start(["sync", ...args], { set }),
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Adds rows that began in the last quarter of an hour. */
async function addNewest({ sql }: TestDatabase, rows: number, from: number): Promise<void> {
  await fillSpendLogs(sql, { rows, days: 0.01, until: Date.now(), seed: 0.75, from });
}

/** Runs until a share of the time that a whole run takes is over, and kills; says whether it was still running. */
async function killAfter(child: ReturnType<Sandbox["start"]>, ms: number): Promise<boolean> {
  await Bun.sleep(ms);
  child.kill("SIGKILL");
  return (await child.finished).signal === "SIGKILL";
}

describe("sync that is killed at any moment and run again counts each row once", () => {
  test("while it reads the past", async () => {
    await using world = await openSource();
    const whole = await world.sandbox.run(["sync"], { set: { ...world.set, LEDGER_PATH: `${world.ledger}-whole` } });
    expect(whole).toMatchObject({ code: 0, stderr: "" });
    let killed = 0;
    for (let round = 1; round <= KILLS; round++) {
      killed += Number(await killAfter(world.start(), (whole.tookMs * round) / (KILLS + 1)));
    }
    expect(killed).toBeGreaterThan(KILLS / 4);
    expect(await world.sync()).toMatchObject({ code: 0, stderr: "" });
    expectLedger(world.ledger, await sourceSums(world.database));
  });

  test("while it follows", async () => {
    await using world = await openSource(500);
    expect(await world.sync()).toMatchObject({ code: 0 });
    for (let round = 1; round <= KILLS; round++) {
      const before = recordsIn(world.ledger);
      await addNewest(world.database, 6000, round * 100_000);
      const child = world.start("--follow");
      // Some pages in, or at the very first.
      await until("a page is folded", () => recordsIn(world.ledger) > before + (round % 2) * 5000);
      expect(await killAfter(child, 0)).toBe(true);
    }
    expect(await world.sync()).toMatchObject({ code: 0, stderr: "" });
    expectLedger(world.ledger, await sourceSums(world.database));
  });

  test("while it reads days anew", async () => {
    await using world = await openSource();
    expect(await world.sync()).toMatchObject({ code: 0 });
    await world.database.sql`UPDATE "LiteLLM_SpendLogs" SET spend = spend * 2`;
    const { tookMs } = await world.sandbox.run(["sync", "--full"], {
      set: { ...world.set, LEDGER_PATH: `${world.ledger}-whole` },
    });
    for (let round = 1; round <= KILLS; round++) {
      await killAfter(world.start("--full"), (tookMs * round) / (KILLS + 1));
      expect(recordsIn(world.ledger)).toBe(ROWS);
    }
    expect(await world.sync("--full")).toMatchObject({ code: 0, stderr: "" });
    expectLedger(world.ledger, await sourceSums(world.database));
  });
});

describe("several at once on one ledger", () => {
  test("all end well, and count each row once", async () => {
    await using world = await openSource();
    const ended = await Promise.all([world.sync(), world.sync(), world.sync("--full")]);
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(ended.map(() => ({ code: 0, stderr: "" })));
    expectLedger(world.ledger, await sourceSums(world.database));
  });
});
