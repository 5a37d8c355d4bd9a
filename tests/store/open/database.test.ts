import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openExisting, openForReading, openForWriting, openInMemory } from "../../../lib/store/open/database.ts";
import { failureReason } from "../../../lib/store/open/failure-reason.ts";
import { createStoreHandle } from "../../../lib/store/open/store-handle.ts";
import { MINUTE, NOON, openFile, scrape, sumsOf, temporaryPath } from "../../support/store.ts";

const PAGE = (value: number) => ({ requests: [[{}, value]] as const });
const failureOf = (result: ReturnType<typeof openForWriting>) =>
  result.kind === "failed" ? result.failure : undefined;

describe("a database file", () => {
  test("is made with its folders by a writer, and keeps what is written", () => {
    const path = join(dirname(temporaryPath()), "deep", "er", "pulse.db");
    const db = openFile(path);
    scrape(db, PAGE(1), { at: NOON });
    scrape(db, PAGE(4), { at: NOON + MINUTE });
    db.close();
    const again = openFile(path);
    expect(sumsOf(again, "lifetime")).toEqual({ requests: 3 });
    expect(again.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(again.query("PRAGMA foreign_keys").get()).toEqual({ foreign_keys: 1 });
    again.close();
  });

  test.each([
    ["openForReading", openForReading],
    ["openExisting", openExisting],
  ])("that is missing is not made by %s", (_, open) => {
    const path = temporaryPath();
    const failure = failureOf(open(path));
    expect(failure?.reason).toBe("missing");
    expect(failure?.message).toContain(path);
    expect(existsSync(path)).toBe(false);
  });

  test("that a reader opens cannot be written through it", () => {
    const path = temporaryPath();
    const writer = openFile(path);
    scrape(writer, PAGE(1), { at: NOON });
    const opened = openForReading(path);
    if (opened.kind === "failed") throw new Error(opened.failure.message);
    expect(sumsOf(opened.db, "snapshot")).toEqual({});
    expect(() => scrape(opened.db, PAGE(2), { at: NOON + MINUTE })).toThrow();
    for (const db of [writer, opened.db]) db.close();
  });

  test("of a newer schema is refused with a clear message and left alone", () => {
    const path = temporaryPath();
    openFile(path).close();
    const db = new Database(path);
    db.run("PRAGMA user_version = 99");
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    db.close();
    const before = readFileSync(path);
    const failure = failureOf(openForWriting(path));
    expect(failure?.reason).toBe("newer_schema");
    expect(failure?.message).toContain("schema 99");
    expect(readFileSync(path)).toEqual(before);
  });

  test("that is none is told from one that cannot be opened", () => {
    const path = temporaryPath();
    writeFileSync(path, "# TYPE this is not a database, however long it may be\n".repeat(100));
    expect(failureOf(openForReading(path))?.reason).toBe("damaged");
    mkdirSync(`${path}.folder`);
    expect(failureOf(openForWriting(`${path}.folder`))?.reason).toBe("cannot_open");
    expect(failureOf(openForWriting(join(path, "below", "a-file.db")))?.reason).toBe("cannot_open");
  });

  test("that is empty is one without a schema: a reader says so, a writer makes it", () => {
    const path = temporaryPath();
    writeFileSync(path, "");
    expect(failureOf(openForReading(path))?.reason).toBe("missing");
    openFile(path).close();
    expect(openForReading(path).kind).toBe("open");
  });

  test("is opened by many at once", () => {
    const path = temporaryPath();
    const all = Array.from({ length: 5 }, () => openFile(path));
    for (const [index, db] of all.entries()) scrape(db, PAGE(index), { at: NOON + index * MINUTE });
    expect(sumsOf(openFile(path), "lifetime")).toEqual({ requests: 4 });
    for (const db of all) db.close();
  });
});

describe("what SQLite says", () => {
  test("is one line for a person", () => {
    const db = openInMemory();
    const attempt = (sql: string) => {
      try {
        db.run(sql);
        return undefined;
      } catch (error) {
        return failureReason(error);
      }
    };
    expect(attempt("NONSENSE")).toContain("syntax error");
    db.run("PRAGMA max_page_count = 1");
    expect(attempt("CREATE TABLE big AS SELECT randomblob(100000)")).toBe("the disk is full, make room");
    expect(failureReason(new Error("something else"))).toBeUndefined();
  });
});

describe("the store of a long-running process", () => {
  test("is the file where it can be opened", () => {
    const path = temporaryPath();
    const store = createStoreHandle(() => openForWriting(path));
    expect([store.isInMemory, store.path, store.error, store.retry()]).toEqual([false, path, undefined, false]);
    store.close();
  });

  test("is memory while it cannot, and the file as soon as it can: what grew is counted from the file's state", () => {
    const path = temporaryPath();
    const file = openFile(path);
    scrape(file, PAGE(10), { at: NOON });
    file.close();
    let isBroken = true;
    const failure = { reason: "cannot_open", message: "Cannot open it" } as const;
    const store = createStoreHandle(() => (isBroken ? { kind: "failed", failure } : openForWriting(path)));
    expect([store.isInMemory, store.path, store.error]).toEqual([true, undefined, "Cannot open it"]);
    scrape(store.db(), PAGE(12), { at: NOON + MINUTE });
    scrape(store.db(), PAGE(15), { at: NOON + 2 * MINUTE });
    expect(store.retry()).toBe(false);
    isBroken = false;
    expect(store.retry()).toBe(true);
    expect([store.isInMemory, store.path, store.error]).toEqual([false, path, undefined]);
    scrape(store.db(), PAGE(16), { at: NOON + 3 * MINUTE });
    expect(sumsOf(store.db(), "lifetime")).toEqual({ requests: 6 });
    store.close();
  });
});
