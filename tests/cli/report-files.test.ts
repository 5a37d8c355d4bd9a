import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../../lib/cli/report/write-file.ts";
import { temporaryFolder, type World } from "../support/api.ts";
import { runCli } from "./run-cli.ts";
import { report, spentWorld } from "./spent-world.ts";

let world: World;
let temporary: ReturnType<typeof temporaryFolder>;
let folder: string;

beforeAll(() => {
  world = spentWorld();
  temporary = temporaryFolder();
});
beforeEach(() => {
  folder = join(temporary.folder, Bun.randomUUIDv7());
  mkdirSync(folder);
});
afterAll(() => {
  world[Symbol.dispose]();
  temporary[Symbol.dispose]();
});

describe("--output", () => {
  test("writes what the ending says, the bytes that stdout would get, and nothing to stdout", async () => {
    const names = ["a.json", "a.csv", "a.html", "a.txt", "B.JSON"];
    const { code, out, err } = await report(
      world,
      names.flatMap((name) => ["-o", join(folder, name)]),
    );
    expect([code, out, err]).toEqual([0, "", ""]);
    for (const [name, flags] of [
      ["a.json", ["--json"]],
      ["B.JSON", ["--json"]],
      ["a.csv", ["--csv"]],
      ["a.html", ["--html"]],
      ["a.txt", []],
    ] as const) {
      expect([name, readFileSync(join(folder, name), "utf8")]).toEqual([name, (await report(world, flags)).out]);
    }
    expect(readdirSync(folder).sort()).toEqual(names.toSorted());
  });

  test("of a table has no colour, whatever the terminal and the environment say", async () => {
    const path = join(folder, "a.txt");
    const options = { terminalColumns: 50, env: { LANG: "C.UTF-8", FORCE_COLOR: "1" } };
    expect(await report(world, ["-o", path], options)).toMatchObject({ code: 0, out: "" });
    expect(readFileSync(path, "utf8")).toBe((await report(world, [])).out);
  });

  test("takes a format by its flag where the ending says nothing", async () => {
    const path = join(folder, "status");
    await report(world, ["--oneline", "-o", path]);
    expect(readFileSync(path, "utf8")).toMatch(/^\$[\d.]+ today \| 2 req\n$/);
  });

  test.each([
    [["-o", "a.md"], '--output is "a.md", expected a name that ends in .json, .csv, .html or .txt'],
    [["-o", "a"], '--output is "a", expected a name that ends in .json, .csv, .html or .txt'],
    [["--csv", "-o", "a.json"], '--output is "a.json", which is not --csv: leave one of them out'],
  ])("refuses %j", async (flags, message) => {
    expect(await report(world, flags)).toEqual({ code: 2, out: "", err: `litellm-pulse: ${message}\n` });
  });

  test("that cannot be written is one line and exit code 1", async () => {
    const path = join(folder, "missing", "a.json");
    const { code, out, err } = await report(world, ["-o", path]);
    expect([code, out, err]).toEqual([1, "", `litellm-pulse: Cannot write ${path}: its folder does not exist\n`]);
    const there = await report(world, ["--json", "-o", folder]);
    expect(there).toMatchObject({ code: 1, err: `litellm-pulse: Cannot write ${folder}: it is a folder\n` });
  });
});

describe("a file", () => {
  test("takes the place of the one that was there, whose mode it keeps", () => {
    const path = join(folder, "a.json");
    writeFileSync(path, "old");
    chmodSync(path, 0o600);
    const before = statSync(path).ino;
    expect(writeWhole(path, "new")).toBeUndefined();
    expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["new", 0o600]);
    expect(statSync(path).ino).not.toBe(before);
  });

  test("is as the umask says where there was none", () => {
    const [ours, usual] = [join(folder, "ours"), join(folder, "usual")];
    writeWhole(ours, "");
    writeFileSync(usual, "");
    expect(statSync(ours).mode).toBe(statSync(usual).mode);
  });

  test("that is a link is written where the link leads", () => {
    const [target, link] = [join(folder, "target"), join(folder, "link")];
    writeFileSync(target, "old");
    symlinkSync(target, link);
    expect(writeWhole(link, "new")).toBeUndefined();
    expect(readFileSync(target, "utf8")).toBe("new");
  });

  test("that is a device is written as it is", () => {
    expect(writeWhole("/dev/null", "gone")).toBeUndefined();
    expect(statSync("/dev/null").isFile()).toBe(false);
  });

  test("that has no room is left alone, and nothing is left beside it", () => {
    if (!existsSync("/dev/full")) return;
    expect(writeWhole("/dev/full", "too much")).toBe("Cannot write /dev/full: no space is left for it");
    const path = join(folder, "a.json");
    writeFileSync(path, "old");
    const long = join(folder, `${"a".repeat(300)}.json`);
    expect(writeWhole(long, "new")).toStartWith(`Cannot write ${long}: `);
    expect(readdirSync(folder)).toEqual(["a.json"]);
  });
});

test("--json-schema needs no database and describes the answer", async () => {
  const { code, out, err } = await runCli(["report", "--json-schema"], { set: { DB_PATH: join(folder, "none.db") } });
  expect([code, err]).toEqual([0, ""]);
  expect(JSON.parse(out)).toMatchObject({ type: "object", properties: { schema_version: { const: 1 } } });
  const path = join(folder, "usage.schema.json");
  expect(await runCli(["report", "--json-schema", "-o", path])).toEqual({ code: 0, out: "", err: "" });
  expect(readFileSync(path, "utf8")).toBe(out);
});
