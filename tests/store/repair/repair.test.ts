import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { openForReading, openForWriting } from "../../../lib/store/open/database.ts";
import { DAY, MINUTE, NOON, openFile, type Sums, scrape, sumsOf, temporaryPath } from "../../support/store.ts";

const PAGE_BYTES = 4096;

/** A database with some days of usage of several models, closed. */
function writeStore(path: string): Sums {
  const db = openFile(path);
  for (let day = 0; day < 3; day++) {
    for (let minute = 0; minute < 20; minute++) {
      const counted = day * 1000 + minute * 10;
      const series = Array.from({ length: 10 }, (_, model) => [{ model: `model-${model}` }, counted + model] as const);
      scrape(db, { start: 1_700_000_000, requests: series, cost: series }, { at: NOON + day * DAY + minute * MINUTE });
    }
  }
  const sums = sumsOf(db, "lifetime");
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return sums;
}

function reopen(path: string, isDamaged = false) {
  const opened = openForWriting(path, isDamaged);
  if (opened.kind === "failed") throw new Error(opened.failure.message);
  return opened;
}

const asideOf = (path: string): string[] =>
  readdirSync(dirname(path)).filter(
    (name) => name.startsWith(`${basename(path)}.corrupt-`) && !/-(wal|shm)$/.test(name),
  );

describe("predecessor bug 28: a file that", () => {
  test.each([
    ["is random bytes", () => crypto.getRandomValues(new Uint8Array(20_000))],
    [
      "is a header with garbage behind it",
      (whole: Uint8Array) => Buffer.concat([whole.subarray(0, 100), crypto.getRandomValues(new Uint8Array(20_000))]),
    ],
    ["is a text", () => Buffer.from("Dear diary, it rained again. ".repeat(1000))],
  ])("%s is put aside whole, and a new one begun", (_, damage) => {
    const path = temporaryPath();
    writeStore(path);
    const garbage = Buffer.from(damage(readFileSync(path)));
    writeFileSync(path, garbage);
    expect(openForReading(path)).toMatchObject({ kind: "failed", failure: { reason: "damaged" } });
    const { db, warning } = reopen(path);
    const [aside = ""] = asideOf(path);
    expect(warning).toBe(
      `The database ${path} was damaged and is kept as ${join(dirname(path), aside)}: nothing of it could be read, a new one was begun`,
    );
    expect(readFileSync(join(dirname(path), aside))).toEqual(garbage);
    scrape(db, { requests: [[{}, 1]] }, { at: NOON + 4 * DAY });
    db.close();
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith(".repairing"))).toEqual([]);
  });

  test("is whole is not touched, though somebody took it for damaged", () => {
    const path = temporaryPath();
    const sums = writeStore(path);
    const { db, warning } = reopen(path, true);
    expect(warning).toBeUndefined();
    expect(sumsOf(db, "lifetime")).toEqual(sums);
    db.close();
    expect(asideOf(path)).toEqual([]);
  });
});

test("of a file with a damaged page, whichever it is, what can be read is carried over and the line says what was not", () => {
  const source = temporaryPath();
  const sums = writeStore(source);
  const whole = readFileSync(source);
  let carriedPages = 0;
  for (let page = 1; page < whole.length / PAGE_BYTES; page += 5) {
    const path = temporaryPath();
    const damaged = Buffer.from(whole);
    damaged.fill(0xa5, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    writeFileSync(path, damaged);
    const { db, warning } = reopen(path, true);
    if (warning?.includes("carried over")) carriedPages += 1;
    // A new page is booked as ever, whatever was lost.
    scrape(db, { start: 1_700_000_000, requests: [[{ model: "new" }, 5, 1_900_000_000]] }, { at: NOON + 4 * DAY });
    const lifetime = sumsOf(db, "lifetime");
    for (const [name, value] of Object.entries(lifetime))
      expect(value).toBeLessThanOrEqual((sums[name as keyof Sums] ?? 0) + 5); // keys are counters
    expect(db.query("PRAGMA foreign_key_check").all()).toEqual([]);
    expect(readFileSync(join(dirname(path), asideOf(path)[0] ?? "")).equals(damaged)).toBe(true);
    db.close();
  }
  expect(carriedPages).toBeGreaterThan(2);
});

test("rows before and behind a damaged page come over, and lifetime totals stay where days say more", () => {
  const path = temporaryPath();
  const sums = writeStore(path);
  damageTable(path, "lifetime");
  const repaired = reopen(path, true);
  expect(repaired.warning).toContain("parts of lifetime were lost");
  expect(sumsOf(repaired.db, "lifetime")).toEqual(sums);
  repaired.db.close();
});

test.each([
  ["as ours", 0],
  ["ten minutes ahead of ours", 10 * MINUTE],
  ["ten minutes behind ours", -10 * MINUTE],
])(
  "where the state of series was lost, nothing is booked again and what began since is, by a clock of LiteLLM %s",
  (_, ahead) => {
    const path = temporaryPath();
    const db = openFile(path);
    const page = (at: number, ...series: (readonly [model: string, value: number, createdAt: number])[]) => ({
      at,
      dateAt: Math.floor((at + ahead) / 1000) * 1000,
      page: {
        start: (NOON + ahead) / 1000 - 60,
        requests: series.map(([model, value, createdAt]) => [{ model }, value, (createdAt + ahead) / 1000] as const),
      },
    });
    const pages = [
      page(NOON + 700),
      page(NOON + MINUTE + 700, ["just before", 7, NOON + MINUTE + 600]),
      page(NOON + 2 * MINUTE + 700, ["just before", 7, NOON + MINUTE + 600], ["since", 5, NOON + MINUTE + 20_000]),
    ] as const;
    for (const { page, ...wish } of pages.slice(0, 2)) scrape(db, page, wish);
    db.close();
    damageTable(path, "series");
    const repaired = reopen(path, true);
    expect(repaired.warning).toContain("parts of series were lost");
    for (const { page, ...wish } of pages.slice(2)) scrape(repaired.db, page, wish);
    expect(sumsOf(repaired.db, "lifetime")).toEqual({ requests: 12 });
    repaired.db.close();
  },
);

test("a repair that was killed goes on at the next start", () => {
  const path = temporaryPath();
  const sums = writeStore(path);
  const aside = `${path}.corrupt-20261121T120000Z`;
  writeFileSync(aside, readFileSync(path));
  writeFileSync(path, "");
  // No process has this number: they end at 4 194 304.
  writeFileSync(`${path}.repairing`, JSON.stringify({ pid: 99_999_999, aside }));
  const { db, warning } = reopen(path);
  expect(warning).toContain(aside);
  expect(sumsOf(db, "lifetime")).toEqual(sums);
  db.close();
});

test("a file that another process is repairing is left to it", () => {
  const path = temporaryPath();
  writeStore(path);
  writeFileSync(`${path}.repairing`, JSON.stringify({ pid: process.ppid, aside: `${path}.corrupt-x` }));
  expect(openForWriting(path)).toMatchObject({
    kind: "failed",
    failure: { message: `The database ${path} is being repaired by another process` },
  });
});

describe("whatever single bit of a page is flipped", () => {
  test.each(["as it was made", "after a VACUUM"])(
    "in its first page, %s, everything is carried over",
    (how) => {
      const source = temporaryPath();
      const sums = writeStore(source);
      if (how === "after a VACUUM") {
        const db = openFile(source);
        db.run("VACUUM");
        db.run("PRAGMA wal_checkpoint(TRUNCATE)");
        db.close();
      }
      const whole = readFileSync(source);
      let repaired = 0;
      for (let byte = 1; byte < PAGE_BYTES; byte += byte < 100 ? 2 : 301) {
        const path = temporaryPath();
        const damaged = Buffer.from(whole);
        damaged[byte] = (damaged[byte] ?? 0) ^ (1 << (byte % 8));
        writeFileSync(path, damaged);
        const opened = openForWriting(path);
        // A flipped version makes it a newer or another program's, which is left alone.
        if (opened.kind === "failed") {
          expect(opened.failure.reason).toBeOneOf(["newer_schema", "foreign"]);
          expect(readFileSync(path).equals(damaged)).toBeTrue();
          continue;
        }
        if (opened.warning !== undefined) repaired += 1;
        expect({ byte, sums: sumsOf(opened.db, "lifetime") }).toEqual({ byte, sums });
        opened.db.close();
      }
      expect(repaired).toBeGreaterThan(10);
    },
    30_000,
  );
});

test("of a file that was cut off, what stands before the cut is carried over", () => {
  const source = temporaryPath();
  const sums = writeStore(source);
  const whole = readFileSync(source);
  let carried = 0;
  for (let pages = 2; pages < whole.length / PAGE_BYTES; pages += 3) {
    const path = temporaryPath();
    writeFileSync(path, whole.subarray(0, pages * PAGE_BYTES - 100));
    const { db, warning } = reopen(path);
    expect(warning).toContain("was damaged and is kept as");
    if (/: [1-9]\d* rows were carried over/.test(warning ?? "")) carried += 1;
    for (const [name, value] of Object.entries(sumsOf(db, "lifetime")))
      expect(value).toBeLessThanOrEqual(sums[name as keyof Sums] ?? 0); // keys are counters
    expect(db.query("PRAGMA foreign_key_check").all()).toEqual([]);
    db.close();
  }
  expect(carried).toBeGreaterThan(3);
});

test("a log of another database makes it a damaged one, and the file without it is carried over whole", () => {
  const path = temporaryPath();
  const sums = writeStore(path);
  const other = temporaryPath();
  const live = openFile(other);
  const series = Array.from({ length: 400 }, (_, model) => [{ model: `other-${model}` }, model] as const);
  scrape(live, { start: 1_800_000_000, requests: series, cost: series }, { at: NOON });
  live.run("PRAGMA wal_checkpoint(TRUNCATE)");
  scrape(live, { start: 1_800_000_000, requests: [[{ model: "late" }, 3, 1_900_000_000]] }, { at: NOON + MINUTE });
  writeFileSync(`${path}-wal`, readFileSync(`${other}-wal`));
  live.close();
  const { db, warning } = reopen(path, true);
  expect(warning).toContain("what stood in its write-ahead log alone was lost");
  expect(sumsOf(db, "lifetime")).toEqual(sums);
  db.close();
});

/** Fills the first page of a table with zeros. */
function damageTable(path: string, table: string): void {
  const db = openFile(path);
  const { rootpage } = db
    .query<{ rootpage: number }, [string]>("SELECT rootpage FROM sqlite_schema WHERE name = ?")
    .get(table) ?? { rootpage: 1 };
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  const damaged = readFileSync(path);
  damaged.fill(0, (rootpage - 1) * PAGE_BYTES, rootpage * PAGE_BYTES);
  writeFileSync(path, damaged);
}
