import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { openForWriting } from "../../../lib/store/open/database.ts";
import { createStoreHandle } from "../../../lib/store/open/store-handle.ts";
import { NOON, scrape, sumsOf, temporaryPath } from "../../support/store.ts";

const page = (requests: number) => ({ requests: [[{}, requests]] }) as const;

test("answers are read by a connection of their own, in memory by the one that books", () => {
  const path = temporaryPath();
  const store = createStoreHandle(() => openForWriting(path));
  scrape(store.db(), page(1), { at: NOON });
  scrape(store.db(), page(4), { at: NOON + 60_000 });
  expect([store.reader() === store.db(), store.isShared]).toEqual([false, false]);
  expect(sumsOf(store.reader(), "lifetime")).toEqual({ requests: 3 });
  expect(() => store.reader().run("DELETE FROM lifetime")).toThrow("readonly");
  rmSync(path);
  expect(store.letGoOfLostFile()).toBe(true);
  expect([store.reader() === store.db(), store.isShared]).toEqual([true, true]);
  store.close();
});

describe("a store whose file", () => {
  test("cannot be opened is kept in memory until it can", () => {
    const path = temporaryPath();
    mkdirSync(path);
    const store = createStoreHandle(() => openForWriting(path));
    expect([store.isInMemory, store.path]).toEqual([true, undefined]);
    expect(store.error).toContain(path);
    expect(store.retry()).toBe(false);
    rmdirSync(path);
    expect(store.retry()).toBe(true);
    expect([store.isInMemory, store.path, store.error]).toEqual([false, path, undefined]);
    store.close();
  });

  test.each([
    ["removed", (path: string) => rmSync(path)],
    [
      "replaced",
      (path: string) => {
        renameSync(path, `${path}.old`);
        createStoreHandle(() => openForWriting(path)).close();
      },
    ],
  ])("was %s is let go of, and another one begun", (_, change) => {
    const path = temporaryPath();
    const store = createStoreHandle(() => openForWriting(path));
    scrape(store.db(), page(1), { at: NOON });
    expect(store.letGoOfLostFile()).toBe(false);
    change(path);
    expect(store.letGoOfLostFile()).toBe(true);
    expect([store.isInMemory, store.error]).toEqual([
      true,
      `The database ${path} was removed or replaced while it was in use`,
    ]);
    expect(store.retry()).toBe(true);
    expect(existsSync(path)).toBe(true);
    scrape(store.db(), page(5), { at: NOON + 60_000, dateAt: null });
    expect(sumsOf(store.db(), "lifetime").requests ?? 0).toBe(0);
    store.close();
  });
});
