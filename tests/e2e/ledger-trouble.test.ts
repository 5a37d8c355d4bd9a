import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSandbox, until } from "../support/binary.ts";
import { fixturePath, fixtureText } from "../support/fixtures.ts";
import { expectLedger, recordsIn, sourceSums } from "../support/ledger-file.ts";
import { openDatabase } from "../support/postgres.ts";
import { openSmallDisk } from "../support/small-disk.ts";
import { fillSpendLogs } from "../support/spend-rows.ts";
import { addRow } from "../support/sync.ts";

setDefaultTimeout(120_000);

const FULL = /the disk is full, make room|the disk cannot be read or written/;
const ONE_LINE = /^litellm-pulse: [^\n]+[^\n.]\n$/;
/** What import says on the way where it takes its time. */
const PROGRESS = /^litellm-pulse: Read [^\n]+\n/gm;
const LOGS = fixturePath("spend/spend-logs.jsonl");
const LINES = fixtureText("spend/spend-logs.jsonl").trim().split("\n");

/** The first of the recorded requests, as if it had come another time. */
const NEW_LINE = JSON.stringify({ ...JSON.parse(LINES[0] ?? ""), request_id: "new" });

/** A source with a few requests of the last hour, and a ledger on a small disk that has them. */
async function openFollowed() {
  const database = await openDatabase({ schema: "schema.sql" });
  const disk = openSmallDisk();
  const sandbox = openSandbox();
  const add = (rows: number, from: number) =>
    fillSpendLogs(database.sql, { rows, days: 0.02, until: Date.now(), seed: 0.25, from });
  await add(40, 0);
  const ledger = join(disk.folder, "ledger.db");
  const set = { DATABASE_URL: database.url, LEDGER_PATH: ledger, LEDGER_INTERVAL: "1" };
  expect(await sandbox.run(["sync"], { set })).toMatchObject({ code: 0, stderr: "" });
  return {
    database,
    disk,
    sandbox,
    ledger,
    set,
    add,
    sync: () => sandbox.run(["sync"], { set, through: disk.through }),
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      disk[Symbol.dispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

describe("a disk that is full in the middle", () => {
  test("ends sync with 6 and one line, and the next one with room counts each row once", async () => {
    await using world = await openFollowed();
    const before = await sourceSums(world.database);
    await world.add(2000, 1000);
    world.disk.fill("bytes");
    for (let round = 0; round < 2; round++) {
      const { code, stdout, stderr } = await world.sync();
      expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
      expect(stderr).toMatch(ONE_LINE);
      expect(stderr).toMatch(FULL);
      expect(stderr).toContain(world.ledger);
    }
    world.disk.clear();
    expectLedger(world.ledger, before);
    expect(await world.sync()).toMatchObject({ code: 0, stderr: "" });
    expectLedger(world.ledger, await sourceSums(world.database));
  });

  test("is an error in the log of a serve that follows, which goes on by itself when there is room", async () => {
    await using world = await openFollowed();
    const serving = await world.sandbox.serve({ set: world.set });
    await addRow(world.database, { id: "one", at: Date.now() });
    await until("it follows", () => recordsIn(world.ledger) === 41);
    world.disk.fill("bytes", [serving.pid]);
    await world.add(500, 1000);
    await until("the error is told", () => FULL.test(serving.stderr()));
    world.disk.clear([serving.pid]);
    await until("everything is counted", () => recordsIn(world.ledger) === 541);
    serving.kill("SIGTERM");
    expect(await serving.finished).toMatchObject({ code: 0 });
    expect(serving.stderr()).toContain("follows its source again");
    expectLedger(world.ledger, await sourceSums(world.database));
  });

  test("ends import with 6 and one line, and the next one goes on when there is room", async () => {
    await using sandbox = openSandbox();
    using disk = openSmallDisk();
    const set = { LEDGER_PATH: join(disk.folder, "ledger.db") };
    await sandbox.run(["import", "-"], { set, stdin: LINES.slice(0, 5).join("\n") });
    // Room for the first of the records; where a disk is only pretended there is none at all.
    if (disk.isReal) writeFileSync(join(disk.folder, "filler-of-this-test"), new Uint8Array(700_000));
    else disk.fill("bytes");
    const row = JSON.parse(LINES[0] ?? "");
    const rows = Array.from({ length: 40_000 }, (_, i) =>
      JSON.stringify({ ...row, request_id: `r${i}`, end_user: `customer-${i}` }),
    );
    const stdin = rows.join("\n");
    const { code, stdout, stderr } = await sandbox.run(["import", "-"], { set, stdin, through: disk.through });
    expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
    expect(stderr.replace(PROGRESS, "")).toMatch(ONE_LINE);
    expect(stderr).toMatch(FULL);
    if (disk.isReal) expect(stderr).toContain("what was counted stays, and the same file may be imported again");
    disk.clear();
    const again = await sandbox.run(["import", LOGS], { set });
    expect(again).toMatchObject({ code: 0, stdout: "Counted 323 records, 5 records known already\n" });
  });

  test("is 503 of /ingest with what to do, and the same body counts once when there is room", async () => {
    await using sandbox = openSandbox();
    using disk = openSmallDisk();
    const serving = await sandbox.serve({ set: { LEDGER_PATH: join(disk.folder, "ledger.db") } });
    const send = async (lines: readonly string[]) => {
      const answer = await fetch(`${serving.url}/ingest`, { method: "POST", body: `[${lines.join(",")}]` });
      return { status: answer.status, body: JSON.parse(await answer.text()) };
    };
    expect(await send(LINES.slice(0, 5))).toMatchObject({ status: 200, body: { accepted: 5 } });
    disk.fill("bytes", [serving.pid]);
    for (let round = 0; round < 2; round++) {
      const refused = await send(LINES);
      expect(refused.status).toBe(503);
      expect(refused.body.error).toMatch(FULL);
    }
    disk.clear([serving.pid]);
    expect(await send(LINES)).toEqual({ status: 200, body: { accepted: 323, duplicates: 5, rejected: [] } });
    expect(await send(LINES)).toMatchObject({ body: { accepted: 0, duplicates: 328 } });
  });
});

describe("Ctrl-C", () => {
  test("ends sync --follow with 0 after the page that it is at, and the next one goes on", async () => {
    await using world = await openFollowed();
    const child = world.sandbox.start(["sync", "--follow"], { set: { ...world.set, LOG_LEVEL: "info" } });
    await until("it follows", () => child.stdout() !== "");
    await addRow(world.database, { id: "one", at: Date.now() });
    await until("it goes on", () => recordsIn(world.ledger) === 41);
    child.kill("SIGINT");
    expect(await child.finished).toMatchObject({ code: 0, signal: null });
    await addRow(world.database, { id: "two", at: Date.now() });
    expect(await world.sync()).toMatchObject({ code: 0, stdout: expect.stringContaining("Folded 1 request ") });
    expectLedger(world.ledger, await sourceSums(world.database));
  });

  test("in the middle of the past ends sync with 0, and the next one goes on where it stopped", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fillSpendLogs(database.sql, { rows: 40_000, days: 12, until: Date.now(), seed: 0.25 });
    await using sandbox = openSandbox();
    const ledger = join(sandbox.folder, "ledger.db");
    const set = { DATABASE_URL: database.url, LEDGER_PATH: ledger, LOG_LEVEL: "info" };
    const child = sandbox.start(["sync"], { set });
    const [oldest] = await database.sql`SELECT floor(extract(epoch FROM min("startTime")) / 86400)::int AS day
      FROM "LiteLLM_SpendLogs"`;
    // Two days are read at once, and the younger one may be in first.
    await until("the oldest day is in", () => recordsIn(ledger, Number(oldest?.["day"])) > 0);
    child.kill("SIGINT");
    const { code, stderr } = await child.finished;
    expect(code).toBe(0);
    expect(stderr).toContain("what was read so far is kept, the next sync goes on");
    const kept = recordsIn(ledger);
    expect(kept).toBeLessThan(40_000);
    const { stdout } = await sandbox.run(["sync", "--json"], { set });
    expect(JSON.parse(stdout).counted).toBeLessThan(40_000);
    expectLedger(ledger, await sourceSums(database));
  });

  test("stops import, which says so, and the same file counts each record once", async () => {
    await using sandbox = openSandbox();
    const file = join(sandbox.folder, "rows.jsonl");
    const [line = ""] = LINES;
    const row = { ...JSON.parse(line), spend: 0.25 };
    const rows = Array.from({ length: 80_000 }, (_, i) => JSON.stringify({ ...row, request_id: `r${i}` }));
    writeFileSync(file, rows.join("\n"));
    const ledger = join(sandbox.folder, "pulse.ledger.db");
    const child = sandbox.start(["import", file]);
    await until("some are in", () => recordsIn(ledger) > 0);
    child.kill("SIGINT");
    const { code, stderr } = await child.finished;
    expect([code, stderr]).toEqual([1, "litellm-pulse: Stopped before the end: import the same file again to go on\n"]);
    expect(recordsIn(ledger)).toBeLessThan(80_000);
    const again = JSON.parse((await sandbox.run(["import", "--json", file])).stdout);
    expect(again.counted + again.duplicates).toBe(80_000);
    expect(recordsIn(ledger)).toBe(80_000);
  });
});

describe("a ledger file that is damaged", () => {
  const damages: readonly (readonly [string, (path: string) => void])[] = [
    [
      "no database",
      (path) => writeFileSync(path, "not a database at all, but long enough to look like one\n".repeat(99)),
    ],
    ["cut off", (path) => truncateSync(path, 6000)],
  ];

  test.each(damages)(
    "since it is %s is left as it is by every command, with one line that says what to do",
    async (_, damage) => {
      await using sandbox = openSandbox();
      const ledger = join(sandbox.folder, "pulse.ledger.db");
      await sandbox.run(["import", LOGS]);
      damage(ledger);
      const before = readFileSync(ledger);
      const ended = [
        await sandbox.run(["import", LOGS]),
        await sandbox.run(["sync"], { set: { DATABASE_URL: "postgres://nobody@127.0.0.1:9/none" } }),
      ];
      for (const { code, stdout, stderr } of ended) {
        expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
        expect(stderr).toMatch(ONE_LINE);
        expect(stderr).toContain(ledger);
        expect(stderr).toMatch(/the file is (not a database|damaged); move it away/);
      }
      const serving = await sandbox.serve();
      const answer = await fetch(`${serving.url}/ingest`, { method: "POST", body: LINES[0] ?? "" });
      expect([answer.status, JSON.parse(await answer.text()).error]).toEqual([
        503,
        expect.stringContaining("move it away"),
      ]);
      expect(readFileSync(ledger).equals(before)).toBe(true);
    },
  );

  test("in the middle is told by the first command that comes upon it, which changes nothing", async () => {
    await using sandbox = openSandbox();
    const ledger = join(sandbox.folder, "pulse.ledger.db");
    await sandbox.run(["import", LOGS]);
    const bytes = readFileSync(ledger);
    // The first pages, which hold the schema, stay.
    bytes.fill(0xa5, 4096 * Math.ceil(bytes.length / 4096 / 3));
    writeFileSync(ledger, bytes);
    const { code, stdout, stderr } = await sandbox.run(["import", "-"], { stdin: NEW_LINE });
    expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toMatch(/the file is damaged; move it away/);
    expect(readFileSync(ledger).equals(bytes)).toBe(true);
  });

  test("where nothing may be written is refused with the setting that names another place", async () => {
    await using sandbox = openSandbox();
    const file = join(sandbox.folder, "a-file");
    writeFileSync(file, "");
    const set = { LEDGER_PATH: join(file, "ledger.db") };
    const { code, stdout, stderr } = await sandbox.run(["import", LOGS], { set });
    expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).not.toContain("LITELLM_PULSE_DB_PATH");
  });
});
