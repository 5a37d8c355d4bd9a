import { expect, test } from "bun:test";
import { Glob } from "bun";

const PAGE = new URL("../../lib/dashboard/page/", import.meta.url).pathname;
/** What uPlot makes by itself. */
const OF_UPLOT = /^(uplot|u-\w+(-\w+)?)$/;

async function sources(pattern: string): Promise<string> {
  const files = await Array.fromAsync(new Glob(pattern).scan(PAGE));
  return (await Promise.all(files.map((file) => Bun.file(PAGE + file).text()))).join("\n");
}

test("every class and id that is styled is on the page", async () => {
  const [css, page] = await Promise.all([sources("styles/*.css"), sources("*.{ts,html}")]);
  const selectors = css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .split("}")
    .flatMap((rule) => rule.split("{").slice(0, -1));
  const names = selectors.flatMap((selector) =>
    [...selector.matchAll(/[.#]([a-z][\w-]*)/g)].map(([, name]) => name ?? ""),
  );
  expect(names.length).toBeGreaterThan(80);
  const isUsed = (name: string) => new RegExp(`["'\`. ]${name}["'\`. ]`).test(page);
  expect([...new Set(names)].filter((name) => !OF_UPLOT.test(name) && !isUsed(name))).toEqual([]);
});
