import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { openExisting, openForReading, openForWriting } from "../../../lib/store/open/database.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { scrape, sumsOf, temporaryPath } from "../../support/store.ts";
import {
  byModel,
  imported,
  minute,
  minutely,
  type OldModel,
  startTakeOver,
  takeOverAll,
  writeOld,
} from "./old-database.ts";

const SCRAPES = minutely([{ requests: [10, 0] }], [{ requests: [12, 2] }]);

/** A database whose newest rows stand in its WAL, as a killed predecessor leaves it. */
function writeUnfolded(): string {
  const path = writeOld({ scrapes: SCRAPES, wal: true });
  const db = new Database(path);
  db.run("PRAGMA wal_autocheckpoint = 0");
  db.run("INSERT INTO scrapes (ts, raw_requests, delta_requests) SELECT MAX(ts) + 60, 17, 5 FROM scrapes");
  const killed = temporaryPath();
  for (const ending of ["", "-wal"]) copyFileSync(`${path}${ending}`, `${killed}${ending}`);
  db.close();
  return killed;
}

const filesOf = (path: string): string[] => readdirSync(dirname(path)).sort();

describe("the original", () => {
  test("is kept under the UTC time, to the byte, also in WAL mode", () => {
    const path = writeOld({ scrapes: SCRAPES, wal: true });
    const bytes = readFileSync(path);
    const { taken, db } = imported(path);
    db.close();
    expect(taken.copy).toBe(`${path}.predecessor-20261015T120000Z`);
    expect(readFileSync(taken.copy)).toEqual(bytes);
    expect(filesOf(path)).toEqual([basename(path), basename(taken.copy)]);
  });

  test("has what stood in its WAL folded into it", () => {
    const path = writeUnfolded();
    const { taken, db } = imported(path);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 7 });
    db.close();
    expect(filesOf(path)).toEqual([basename(path), basename(taken.copy)]);
    const copy = new Database(taken.copy);
    expect(copy.query("SELECT COUNT(*) AS n, MAX(raw_requests) AS raw FROM scrapes").get()).toEqual({ n: 3, raw: 17 });
    copy.close();
  });

  test("gives its access rights to the new one", () => {
    const path = writeOld({ scrapes: SCRAPES });
    chmodSync(path, 0o600);
    imported(path).db.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("may be reached by a symbolic link", () => {
    const path = writeOld({ scrapes: SCRAPES });
    const link = join(dirname(temporaryPath()), "link.db");
    symlinkSync(path, link);
    const { taken } = imported(link);
    expect(taken.copy).toStartWith(`${path}.predecessor-`);
    expect(readFileSync(link)).toEqual(readFileSync(path));
  });

  test("may hold no row", () => {
    const { taken, db } = imported({});
    expect(taken).toMatchObject({ rows: 0, from: undefined, to: undefined, requests: 0 });
    expect(db.query("SELECT COUNT(*) AS n FROM target").get()).toEqual({ n: 0 });
  });

  test("that its program has open is left alone until that ends", () => {
    const path = writeOld({ scrapes: SCRAPES, wal: true });
    const python = new Database(path);
    python.query("SELECT * FROM scrapes").all();
    expect(takeOverAll(path)).toEqual({
      kind: "failed",
      message: `Cannot take over the Python predecessor's database ${path}: another program has it open, stop the Python litellm-pulse first`,
    });
    python.close();
    expect(imported(path).taken.rows).toBe(2);
  });
});

describe("two processes", () => {
  test("take over one after the other: the second is told, and then finds it done", () => {
    const path = writeOld({ scrapes: SCRAPES });
    const first = startTakeOver(path);
    first.next();
    expect(takeOverAll(path)).toEqual({
      kind: "failed",
      message: `Another litellm-pulse is taking over the Python predecessor's database ${path}: try again when it has ended`,
    });
    while (!first.next().done);
    expect(takeOverAll(path)).toEqual({ kind: "nothing", leftover: undefined });
    expect(filesOf(path)).toEqual([basename(path), `${basename(path)}.predecessor-20261015T120000Z`]);
  });

  test("may be writing and reading: both are told what lies there", () => {
    const path = writeOld({ scrapes: SCRAPES });
    const message = `The database ${path} is one of the Python predecessor: run litellm-pulse serve or scrape-once, which take it over`;
    const readers = () => [openForReading(path), openExisting(path)];
    const read = { kind: "failed", failure: { reason: "missing", message } } as const;
    expect(openForWriting(path)).toEqual({ kind: "failed", failure: { reason: "predecessor", message } });
    expect(readers()).toEqual([read, read]);
    const running = startTakeOver(path);
    running.next();
    expect(openForWriting(path)).toEqual({ kind: "failed", failure: { reason: "predecessor", message } });
    expect(readers()).toEqual([read, read]);
    while (!running.next().done);
    expect(openForWriting(path)).toMatchObject({ kind: "open" });
  });
});

describe("what is in the way", () => {
  test.each(["CREATE TABLE notes (text)", "CREATE TABLE scrapes (id, text)"])(
    "of another program is left alone: %s",
    (schema) => {
      const path = temporaryPath();
      const db = new Database(path);
      db.run(schema);
      db.close();
      const bytes = readFileSync(path);
      const failure = {
        reason: "foreign" as const,
        message: `The database ${path} belongs to another program and is left alone: set LITELLM_PULSE_DB_PATH to a file of its own`,
      };
      expect(openForWriting(path)).toEqual({ kind: "failed", failure });
      expect(openForReading(path)).toEqual({ kind: "failed", failure });
      expect(takeOverAll(path)).toEqual({ kind: "nothing", leftover: undefined });
      expect(readFileSync(path)).toEqual(bytes);
      expect(filesOf(path)).toEqual([basename(path)]);
    },
  );

  test("of the new file ends with one line, and nothing is changed", () => {
    const path = writeOld({ scrapes: SCRAPES });
    mkdirSync(`${path}.taking-over`);
    const outcome = takeOverAll(path);
    expect(outcome).toEqual({
      kind: "failed",
      message: `Cannot take over the Python predecessor's database ${path}: the file cannot be opened; nothing is lost, the next try goes on`,
    });
    expect(existsSync(path)).toBe(true);
  });

  test("may be an empty file: it becomes a new database", () => {
    const path = temporaryPath();
    writeFileSync(path, "");
    expect(openForWriting(path)).toMatchObject({ kind: "open" });
  });
});

describe("a damaged original", () => {
  const ROWS = 3000;
  const scrapes = minutely(
    ...Array.from({ length: ROWS }, (_, index) => [{ cost: [index, index && 1] as const }] as const),
  );

  /** Spoils the pages that hold a text, and says how many these were. */
  function spoil(path: string, text: string): number {
    const bytes = readFileSync(path);
    let spoilt = 0;
    for (let page = 4096; page < bytes.length; page += 4096) {
      if (!bytes.subarray(page, page + 4096).includes(text)) continue;
      bytes.fill(0xa5, page, page + 2000);
      spoilt += 1;
    }
    writeFileSync(path, bytes);
    return spoilt;
  }

  test("gives what can be read of its models, the rest is unknown", () => {
    const models = Array.from({ length: ROWS }, (_, index): OldModel => {
      const model = index === 1500 ? "spoilt" : "a";
      return [minute(index), model, "cost", index, index && 1];
    });
    const path = writeOld({ scrapes, models });
    expect(spoil(path, "spoilt")).toBeGreaterThan(0);
    const { db, taken } = imported(path);
    expect(taken).toMatchObject({ rows: ROWS, isDamaged: true });
    const { a, unknown } = byModel(db);
    expect((a?.["cost"] ?? 0) + (unknown?.["cost"] ?? 0)).toBe(ROWS - 1);
    expect(a?.["cost"]).toBeGreaterThan(ROWS / 4);
  });

  test("whose pages point to each other gives each row once, and an end", () => {
    const path = temporaryPath();
    copyFileSync(fixturePath("damaged/predecessor-rows-for-ever.db"), path);
    const { taken } = imported(path);
    expect(taken.isDamaged).toBe(true);
    expect(taken.rows).toBeLessThanOrEqual(10);
  });

  test("gives its rows up to the damage, and the first page shows what came after", () => {
    const path = writeOld({ metrics: ["cost", "spoilt"], scrapes });
    const db = new Database(path);
    db.run("UPDATE scrapes SET raw_spoilt = 'spoilt' WHERE id = 2000");
    db.close();
    expect(spoil(path, "spoilt")).toBeGreaterThan(0);
    const after = imported(path);
    expect(after.taken.isDamaged).toBe(true);
    expect(after.taken.rows).toBeGreaterThan(1000);
    expect(after.taken.rows).toBeLessThan(2000);
    scrape(after.db, { start: minute(-1), cost: [[{}, ROWS, minute(-1)]] }, { at: minute(ROWS) * 1000 });
    expect(sumsOf(after.db, "lifetime")).toEqual({ cost: ROWS });
  });
});
