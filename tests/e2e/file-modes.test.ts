import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, copyFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSandbox, until } from "../support/binary.ts";
import { fixturePath } from "../support/fixtures.ts";

setDefaultTimeout(60_000);

/** As little as a shell can be told to keep from others. */
const OPEN = ["sh", "-c", 'umask 000; exec "$@"', "sh"];
const PAGE = fixturePath("metrics/few-requests.prom");
const ROWS = fixturePath("spend/spend-logs.jsonl");

/** The modes of all files in a folder, by their names. */
function modesIn(folder: string): Record<string, string> {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map(({ name }) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]));
}

const differing = (folder: string, mode: string) => Object.entries(modesIn(folder)).filter(([, own]) => own !== mode);

test("every file of a new database and a new ledger is for this user alone, whatever the umask", async () => {
  await using sandbox = openSandbox();
  const ledgerPath = join(sandbox.folder, "pulse.ledger.db");
  expect(await sandbox.run(["import", ROWS], { through: OPEN })).toMatchObject({ code: 0 });
  const serving = await sandbox.serve({ set: { METRICS_URL: "http://127.0.0.1:1/metrics" }, through: OPEN });
  expect(await sandbox.run(["scrape-once", PAGE], { through: OPEN })).toMatchObject({ code: 0 });
  await until("the logs are there", () => Object.keys(modesIn(sandbox.folder)).some((name) => name.endsWith("-wal")));
  expect(Object.keys(modesIn(sandbox.folder))).toContain("pulse.db-shm");
  expect(differing(sandbox.folder, "600")).toEqual([]);
  serving.kill("SIGTERM");
  await serving.finished;
  expect(differing(sandbox.folder, "600")).toEqual([]);
  expect(statSync(ledgerPath).size).toBeGreaterThan(0);
});

test("what was damaged keeps its mode, and so does what takes its place", async () => {
  await using sandbox = openSandbox();
  writeFileSync(sandbox.dbPath, "this is no database, and was never one: ".repeat(100), { mode: 0o640 });
  chmodSync(sandbox.dbPath, 0o640);
  expect(await sandbox.run(["scrape-once", PAGE], { through: OPEN })).toMatchObject({ code: 0 });
  const modes = modesIn(sandbox.folder);
  expect(Object.keys(modes).filter((name) => name.includes(".corrupt-"))).toHaveLength(1);
  expect(differing(sandbox.folder, "640")).toEqual([]);
});

test("what is taken over from the predecessor keeps its mode, and so does the copy", async () => {
  await using sandbox = openSandbox();
  copyFileSync(fixturePath("predecessor/0.3.0.db"), sandbox.dbPath);
  chmodSync(sandbox.dbPath, 0o600);
  expect(await sandbox.run(["scrape-once", PAGE], { through: OPEN })).toMatchObject({ code: 0 });
  expect(Object.keys(modesIn(sandbox.folder)).length).toBeGreaterThan(1);
  expect(differing(sandbox.folder, "600")).toEqual([]);
});

test("a path that is a link to where nothing lies yet leads to a file for this user alone", async () => {
  await using sandbox = openSandbox();
  const real = join(sandbox.folder, "real.db");
  symlinkSync(real, sandbox.dbPath);
  expect(await sandbox.run(["scrape-once", PAGE], { through: OPEN })).toMatchObject({ code: 0 });
  expect(statSync(real).mode & 0o777).toBe(0o600);
  expect(differing(sandbox.folder, "600")).toEqual([]);
});

test("a mode that somebody has given is left alone", async () => {
  await using sandbox = openSandbox();
  expect(await sandbox.run(["scrape-once", PAGE])).toMatchObject({ code: 0 });
  chmodSync(sandbox.dbPath, 0o644);
  expect(await sandbox.run(["scrape-once", PAGE])).toMatchObject({ code: 0 });
  expect(modesIn(sandbox.folder)["pulse.db"]).toBe("644");
});
