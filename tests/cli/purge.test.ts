import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { DAY, MINUTE, openDatabase, openWorld, temporaryFolder, type World } from "../support/api.ts";
import { fixturePath } from "../support/fixtures.ts";
import { type Ran, runCli } from "./run-cli.ts";

/** A file with three scrapes of a hundred days ago and three of today, one use each. */
function oldWorld(options: Parameters<typeof openWorld>[0] = {}): World {
  const world = openWorld({ ...options, inFile: true });
  for (const ago of [100 * DAY, 0]) {
    world.state.now = Date.parse("2026-11-21T12:00:00Z") - ago;
    world.scrape();
    world.pass(MINUTE);
    world.send({ spend: 1 });
    world.pass(MINUTE);
  }
  return world;
}

const purge = (world: World, argv: readonly string[], set: Record<string, string> = {}): Promise<Ran> =>
  runCli(["purge", ...argv], { now: () => world.state.now, set: { DB_PATH: world.path, ...set } });

const counts = async (world: World) => {
  world.state.revision += 1;
  const { count } = await world.json("/api/v1/history");
  const { lifetime } = await world.json("/");
  const { total } = await world.json("/api/v1/usage?last=3650d");
  return [count, lifetime.cost, total.cost];
};

describe("purge", () => {
  test("removes what is past the retention; days and lifetime stay", async () => {
    using world = oldWorld();
    expect(await counts(world)).toEqual([6, 2, 2]);
    expect(await purge(world, [])).toEqual({
      code: 0,
      err: "",
      out: "Removed 1 quarter-hour row and 3 snapshots from before 2026-08-23T00:00:00+00:00\n",
    });
    expect(await counts(world)).toEqual([3, 2, 2]);
    expect((await purge(world, [])).out).toStartWith("Removed 0 quarter-hour rows and 0 snapshots from");
  });

  test("--dry-run counts and removes nothing", async () => {
    using world = oldWorld();
    const { code, out } = await purge(world, ["--dry-run"]);
    expect([code, out]).toEqual([
      0,
      "Would remove 1 quarter-hour row and 3 snapshots from before 2026-08-23T00:00:00+00:00\n",
    ]);
    expect(await counts(world)).toEqual([6, 2, 2]);
  });

  test("--older-than takes the place of the retention time, on the midnights of the zone", async () => {
    using world = oldWorld({ zone: "America/New_York" });
    const set = { TIMEZONE: "America/New_York", DB_RETENTION_DAYS: "-1" };
    expect((await purge(world, ["--older-than", "200"], set)).out).toStartWith(
      "Removed 0 quarter-hour rows and 0 snap",
    );
    expect((await purge(world, ["--older-than=1"], set)).out).toEndWith("from before 2026-11-20T00:00:00-05:00\n");
    expect(await counts(world)).toEqual([3, 2, 2]);
  });

  test("--older-than is refused with the range where it is no number of days, and nothing removed", async () => {
    using world = oldWorld();
    for (const days of ["0", "-1", "1.5", "x", "", "36501", "1e2", "90d", "\u001b[31m"]) {
      const { code, out, err } = await purge(world, [`--older-than=${days}`]);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toMatch(
        /^litellm-pulse: --older-than is "[ -~]*", expected a whole number of days from 1 to 36500\n$/,
      );
    }
    expect(await counts(world)).toEqual([6, 2, 2]);
  });

  test("of a store that keeps everything says so", async () => {
    using world = oldWorld();
    const set = { DB_RETENTION_DAYS: "-1" };
    expect(await purge(world, [], set)).toEqual({
      code: 0,
      err: "",
      out: "Nothing to remove: LITELLM_PULSE_DB_RETENTION_DAYS is -1, everything is kept\n",
    });
    expect(JSON.parse((await purge(world, ["--json"], set)).out)).toEqual({
      schema_version: 1,
      dry_run: false,
      before: null,
      buckets: 0,
      snapshots: 0,
      identities: 0,
    });
  });

  test("closes the days of the ledger whose records came before the retention time", async () => {
    using world = oldWorld();
    const now = world.state.now;
    const importAt = (at: number) =>
      runCli(["import", fixturePath("spend-api/rows.jsonl")], { now: () => at, set: { DB_PATH: world.path } });
    expect((await importAt(now - 100 * DAY)).out).toBe("Counted 12 records\n");
    expect((await purge(world, ["--dry-run"])).out).toContain(
      ", with the identities of 12 records of the ledger, from before",
    );
    await purge(world, []);
    expect((await importAt(now)).out).toBe("Counted 0 records, 12 records of days that are closed\n");
    expect((await world.json("/usage")).totals.total_requests).toBe(12);
  });

  test("--json has the same keys always", async () => {
    using world = oldWorld();
    expect((await purge(world, ["--json", "--dry-run"])).out).toBe(
      '{"schema_version":1,"dry_run":true,"before":"2026-08-23T00:00:00+00:00","buckets":1,"snapshots":3,"identities":0}\n',
    );
    expect((await purge(world, ["--json"])).out).toBe(
      '{"schema_version":1,"dry_run":false,"before":"2026-08-23T00:00:00+00:00","buckets":1,"snapshots":3,"identities":0}\n',
    );
  });

  test("--vacuum gives the space back, but not in a dry run", async () => {
    using world = oldWorld();
    const row = world.db.query("INSERT INTO snapshot (target, page, at) VALUES (1, ?, 1)");
    world.db.transaction(() => {
      for (let page = 1000; page < 6000; page++) row.run(page);
    })();
    world.db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    const size = () => {
      world.db.run("PRAGMA wal_checkpoint(TRUNCATE)");
      return statSync(world.path).size;
    };
    const before = size();
    await purge(world, ["--vacuum", "--dry-run"]);
    await purge(world, []);
    expect(size()).toBeGreaterThanOrEqual(before);
    expect(await purge(world, ["--vacuum"])).toMatchObject({ code: 0, err: "" });
    expect(size()).toBeLessThan(before / 2);
    expect(await counts(world)).toEqual([3, 2, 2]);
  });
});

describe("trouble", () => {
  test("without a database is exit code 5 with the absolute path, and none is made", async () => {
    using temporary = temporaryFolder();
    const { code, out, err } = await runCli(["purge", "--json"], { set: { DB_PATH: temporary.path } });
    expect([code, out]).toEqual([5, ""]);
    expect(err).toContain(`There is no database at ${temporary.path}: `);
    expect(await Bun.file(temporary.path).exists()).toBe(false);
  });

  test("with a damaged one is exit code 6", async () => {
    using temporary = temporaryFolder();
    const db = openDatabase(temporary.path);
    db.run("DROP TABLE bucket");
    db.close();
    const { code, out, err } = await runCli(["purge"], { set: { DB_PATH: temporary.path } });
    expect([code, out, err]).toEqual([
      6,
      "",
      `litellm-pulse: Cannot purge the database ${temporary.path}: no such table: bucket\n`,
    ]);
  });
});
