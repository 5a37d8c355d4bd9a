import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, type Sandbox } from "../support/binary.ts";
import { reportOf } from "./answers.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

const COMMANDS = [
  "report",
  "report --json",
  "report --html",
  "report --oneline",
  "report --json-schema",
  "config",
  "serve --help",
];

/** The bytes of a page, and of a database in which it is booked twice. */
let page = "";
let prepared: Uint8Array = new Uint8Array();

beforeAll(async () => {
  const { litellm, send } = startSimulation(1);
  send(10);
  page = litellm.page();
  await using sandbox = openSandbox();
  await writePage(sandbox);
  for (let times = 0; times < 2; times += 1) {
    expect(await sandbox.run(["scrape-once", "page"])).toMatchObject({ code: 0, stderr: "" });
  }
  prepared = await Bun.file(sandbox.dbPath).bytes();
});

describe("where nobody reads stdout any more,", () => {
  test.each(COMMANDS)("%s ends quietly with 0", async (command) => {
    await using sandbox = await withTwoPages();
    // The reader of the pipe is gone before the program writes.
    const script = `exec 3> >(:); wait $!; "$PULSE" ${command} >&3`;
    expect(await sandbox.bash(script)).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("a reader that takes one line gets it, and the rest ends quietly", async () => {
    await using sandbox = await withTwoPages();
    const script = 'set -o pipefail; "$PULSE" report | head -1';
    const { code, stdout, stderr } = await sandbox.bash(script);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^[^\n]+\n$/);
  });

  test("a slow reader of a long answer gets all of it", async () => {
    await using sandbox = await withTwoPages();
    // Far more than a pipe holds: the writer has to wait for the reader.
    const script = '(for i in $(seq 12); do "$PULSE" config --json; done) | (sleep 0.2; wc -l)';
    expect((await sandbox.bash(script)).stdout.trim()).toBe("12");
  });

  test("a scrape is booked all the same", async () => {
    await using sandbox = openSandbox();
    await writePage(sandbox);
    for (const to of [">&3", ">&-"]) {
      const script = `exec 3> >(:); wait $!; "$PULSE" scrape-once page ${to}`;
      expect(await sandbox.bash(script)).toMatchObject({ code: 0, stderr: "" });
    }
    await reportOf(sandbox);
  });
});

describe("where stdout is full,", () => {
  test.each(COMMANDS)("%s ends with exit code 1 and one line", async (command) => {
    await using sandbox = await withTwoPages();
    const { code, stderr } = await sandbox.bash(`"$PULSE" ${command} > /dev/full`);
    expect(stderr).toMatch(/^litellm-pulse: [^\n]*(space|full|write)[^\n]*[^\n.]\n$/i);
    expect(code).toBe(1);
  });

  test("a scrape is booked all the same", async () => {
    await using sandbox = await withTwoPages();
    const { code, stderr } = await sandbox.bash('"$PULSE" scrape-once page > /dev/full');
    expect(stderr).toMatch(/^litellm-pulse: [^\n]+\n$/);
    expect(code).toBe(1);
    await reportOf(sandbox);
  });
});

describe("where stdout is closed,", () => {
  test.each(COMMANDS)("%s writes into nothing else and does not crash", async (command) => {
    await using sandbox = await withTwoPages();
    const before = await reportOf(sandbox);
    const { code, stderr } = await sandbox.bash(`"$PULSE" ${command} >&-`);
    expect(stderr).toMatch(/^([^\n]+\n)?$/);
    expect([0, 1]).toContain(code ?? -1);
    expect((await reportOf(sandbox)).total).toEqual(before.total);
  });

  test("stdin and stderr may be closed too", async () => {
    await using sandbox = await withTwoPages();
    const { code } = await sandbox.bash('"$PULSE" report <&- >&- 2>&-');
    expect([0, 1]).toContain(code ?? -1);
    const failed = await sandbox.bash('"$PULSE" scrape-once missing.prom 2>&-');
    expect(failed).toMatchObject({ code: 2, stdout: "" });
    await reportOf(sandbox);
  });
});

describe("stdout carries the answer only:", () => {
  test("debug logs and warnings go to stderr", async () => {
    await using sandbox = await withTwoPages();
    const set = { LOG_LEVEL: "debug", TIMEZONE: "Mars/Olympus", METRIC_URL: "x" };
    for (const args of [
      ["scrape-once", "page", "--json"],
      ["report", "--json"],
      ["config", "--json"],
      ["purge", "--json"],
    ]) {
      const { code, stdout, stderr } = await sandbox.run(args, { set });
      expect({ args, code }).toEqual({ args, code: 0 });
      expect(JSON.parse(stdout)).toMatchObject({ schema_version: 1 });
      expect(stdout).toMatch(/^[^\n]+\n$/);
      expect(stderr).not.toBe("");
    }
  });

  test("a report to a pipe has no colour and fits the width that COLUMNS says", async () => {
    await using sandbox = await withTwoPages();
    for (const width of [40, 60, 80, 200]) {
      const { stdout } = await sandbox.run(["report"], { env: { COLUMNS: String(width) } });
      expect(stdout).not.toContain("\u001b");
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
    }
  });
});

/** A sandbox with a database in which two good pages are booked, and the page as a file. */
async function withTwoPages(): Promise<Sandbox> {
  const sandbox = openSandbox();
  await writePage(sandbox);
  await Bun.write(sandbox.dbPath, prepared);
  return sandbox;
}

async function writePage({ folder }: Sandbox): Promise<void> {
  await Bun.write(`${folder}/page`, page);
}
