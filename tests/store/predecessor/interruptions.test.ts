import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { openForReading, openForWriting } from "../../../lib/store/open/database.ts";
import { dump, temporaryPath } from "../../support/store.ts";
import { eventfulDatabase } from "./eventful.ts";
import { imported, minutely, startTakeOver, takeOverAll, writeOld } from "./old-database.ts";

let folder: string;
let original: string;
let expected: Record<string, unknown[]>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "litellm-pulse-take-over-"));
  original = writeOld(eventfulDatabase(), join(folder, "original.db"));
  const whole = join(folder, "whole.db");
  copyFileSync(original, whole);
  takeOverAll(whole);
  expected = contentOf(whole);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Everything in a database but what the take-over noted about itself; steps decide the order in which dollars are added. */
function contentOf(path: string): Record<string, unknown[]> {
  const opened = openForReading(path);
  if (opened.kind === "failed") throw new Error(opened.failure.message);
  const { meta = [], ...tables } = dump(opened.db);
  opened.db.close();
  const content = { ...tables, meta: meta.filter((row) => !JSON.stringify(row).includes("take_over")) };
  const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(13)) : value);
  return JSON.parse(JSON.stringify(content, rounded));
}

function copied(): string {
  const path = temporaryPath();
  copyFileSync(original, path);
  return path;
}

/** Runs so many steps and drops the rest, as a kill would; false where it had ended before. */
function runAndDrop(path: string, steps: number): boolean {
  const running = startTakeOver(path);
  for (let step = 0; step < steps; step++) if (running.next().done) return false;
  running.return({ kind: "nothing", leftover: undefined });
  return true;
}

/** The number of steps that a take-over of the original has. */
function countSteps(): number {
  const running = startTakeOver(copied());
  let steps = 0;
  while (!running.next().done) steps += 1;
  return steps;
}

const filesOf = (path: string): string[] => readdirSync(dirname(path)).sort();

/** Where a take-over that has imported everything means to keep the original. */
function notedCopy(path: string): string {
  const db = new Database(`${path}.taking-over`);
  const noted = db.query<{ value: string }, []>("SELECT value FROM meta WHERE key = 'take_over'").get();
  db.close();
  return JSON.parse(noted?.value ?? "{}").copy;
}

describe("a take-over that ends after some step", () => {
  test("goes on from there to the same numbers, and keeps the original to the byte", () => {
    const steps = countSteps();
    expect(steps).toBeGreaterThan(10);
    for (let step = 0; step < steps; step++) {
      const path = copied();
      expect(runAndDrop(path, step)).toBe(true);
      const { taken, db } = imported(path);
      db.close();
      expect(filesOf(path)).toEqual([basename(path), basename(taken.copy)]);
      expect(readFileSync(taken.copy)).toEqual(readFileSync(original));
      expect(contentOf(path)).toEqual(expected);
    }
  });

  test("and after each further one comes to the same numbers", () => {
    const path = copied();
    for (let tries = 0; runAndDrop(path, 4); tries++) expect(tries).toBeLessThan(100);
    expect(contentOf(path)).toEqual(expected);
  });

  test("takes up what the predecessor wrote in the meantime", () => {
    const path = copied();
    runAndDrop(path, 5);
    const db = new Database(path);
    db.run("INSERT INTO scrapes (ts, raw_requests, delta_requests) SELECT MAX(ts) + 60, 1000, 5 FROM scrapes");
    db.close();
    const { taken } = imported(path);
    expect([taken.rows, taken.requests]).toEqual([161, Number(requestsOf(expected)) + 5]);
  });

  test("takes up even what it wrote after everything was imported", () => {
    const path = copied();
    runAndDrop(path, countSteps() - 1);
    expect(notedCopy(path)).toStartWith(`${path}.predecessor-`);
    const db = new Database(path);
    db.run("INSERT INTO scrapes (ts, raw_requests, delta_requests) SELECT MAX(ts) + 60, 1000, 5 FROM scrapes");
    db.close();
    const { taken, db: after } = imported(path);
    expect([taken.rows, taken.requests]).toEqual([161, Number(requestsOf(expected)) + 5]);
    expect(after.query("SELECT pages FROM target").get()).toEqual({ pages: 161 });
    expect(after.query("SELECT DISTINCT page FROM mark").get()).toEqual({ page: 161 });
  });

  test("by a kill goes on too", async () => {
    const path = copied();
    const script = join(import.meta.dir, "take-over-for-ever.ts");
    const child = Bun.spawn([process.execPath, script, path], { stdout: "pipe", stderr: "inherit" });
    const reader = child.stdout.getReader();
    await reader.read();
    expect(takeOverAll(path)).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("Another litellm-pulse"),
    });
    child.kill("SIGKILL");
    await child.exited;
    expect(existsSync(`${path}.taking-over-wal`)).toBe(true);
    imported(path).db.close();
    expect(contentOf(path)).toEqual(expected);
  });
});

describe("the moment in which the files change places", () => {
  test("may leave nothing at the path where the file system knows no second names: it is completed", () => {
    const path = copied();
    runAndDrop(path, countSteps() - 1);
    const copy = notedCopy(path);
    renameSync(path, copy);
    expect(openForWriting(path)).toMatchObject({ kind: "failed", failure: { reason: "predecessor" } });
    expect(existsSync(path)).toBe(false);
    const { taken, db } = imported(path);
    db.close();
    expect(taken.copy).toBe(copy);
    expect(filesOf(path)).toEqual([basename(path), basename(copy)]);
    expect(contentOf(path)).toEqual(expected);
  });

  test("never takes a name that another file has got", () => {
    const path = copied();
    runAndDrop(path, countSteps() - 1);
    const taken = notedCopy(path);
    copyFileSync(writeOld({}), taken);
    const { taken: after } = imported(path);
    expect(after.copy).toBe(`${taken}-2`);
    expect(readFileSync(after.copy)).toEqual(readFileSync(original));
  });
});

describe("the beginnings of a take-over", () => {
  test("whose original is gone are kept, and the path is free", () => {
    const path = copied();
    runAndDrop(path, 5);
    rmSync(path);
    const outcome = takeOverAll(path);
    const leftover = `${path}.taking-over.abandoned-20261015T120000Z`;
    expect(outcome).toEqual({ kind: "nothing", leftover });
    expect(filesOf(path)).toEqual([basename(leftover)]);
    expect(openForWriting(path)).toMatchObject({ kind: "open" });
  });

  test("whose original was replaced by another are kept, and the other is taken over", () => {
    const path = copied();
    runAndDrop(path, 5);
    rmSync(path);
    writeOld({ scrapes: minutely([{ requests: [1, 0] }], [{ requests: [3, 2] }]) }, path);
    const { taken } = imported(path);
    expect(taken).toMatchObject({ rows: 2, requests: 2 });
    expect(filesOf(path).filter((name) => name.includes(".abandoned-"))).toHaveLength(1);
  });

  test("that are no database are kept, and it begins anew", () => {
    const path = copied();
    copyFileSync(import.meta.path, `${path}.taking-over`);
    imported(path).db.close();
    expect(contentOf(path)).toEqual(expected);
    expect(filesOf(path).filter((name) => name.includes(".abandoned-"))).toHaveLength(1);
  });
});

function requestsOf(content: Record<string, unknown[]>): unknown {
  const rows = content["lifetime"]?.map((row) => Object.entries(row ?? {})) ?? [];
  return rows.flat().reduce((sum, [name, value]) => (name === "requests" ? sum + Number(value) : sum), 0);
}
