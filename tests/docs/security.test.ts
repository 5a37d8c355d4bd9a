import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url).pathname;
const text = readFileSync(`${ROOT}SECURITY.md`, "utf8");

test("every file that SECURITY.md names as proof is there", () => {
  const named = [...text.matchAll(/`((?:tests|lib)\/[^`]+)`/g)].map(([, path]) => path ?? "");
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(ROOT + path))).toEqual([]);
});

test("SECURITY.md lists every package that is built in, with the version that is pinned", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
  const listed = Object.entries({ ...dependencies, Bun: devDependencies.bun }).map(
    ([name, version]) => `${name} ${version}`,
  );
  expect(listed.filter((each) => !text.includes(each))).toEqual([]);
});
