import { expect, test } from "bun:test";
import { Glob } from "bun";

const COMMANDER = new URL("../../../node_modules/commander/lib/", import.meta.url).pathname;

/** What Commander needs for help and for commands in files of their own; loading it takes each start 4 ms. */
const LATE = ["node:child_process", "node:util"];

test("Commander is patched to load what help and foreign commands need when they need it", async () => {
  const texts = [...new Glob("*.js").scanSync(COMMANDER)].map((name) => Bun.file(COMMANDER + name).text());
  const imports = (await Promise.all(texts)).join("\n").match(/(?<=from ')node:\w+/g) ?? [];
  expect(imports).toContain("node:events");
  expect(imports.filter((name) => LATE.includes(name))).toEqual([]);
});
