import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Glob } from "bun";

const ROOT = new URL("../../", import.meta.url).pathname;

/** All pages but the changelog, which names what stood there once. */
const PAGES = ["*.md", "lib/**/*.md", "tests/*.md"]
  .flatMap((pattern) => [...new Glob(pattern).scanSync(ROOT)])
  .filter((page) => page !== "CHANGELOG.md");

/** Paths of files that a page names in backquotes or links to, as it writes them. */
function pathsOn(page: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  const quoted = text.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|css|md|html))`/g);
  const linked = text.matchAll(/\]\((?!https?:|#)([^)#]+)/g);
  return [...quoted, ...linked].map(([, path]) => path ?? "");
}

test.each(PAGES)("every file that %s names is there", (page) => {
  const places = [dirname(page), ".", "lib"];
  const missing = pathsOn(page).filter((path) => !places.some((place) => existsSync(join(ROOT, place, path))));
  expect(missing).toEqual([]);
});

test("the pages name files", () => {
  expect(PAGES.flatMap(pathsOn).length).toBeGreaterThan(50);
});
