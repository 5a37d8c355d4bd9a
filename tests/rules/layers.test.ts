import { describe, expect, test } from "bun:test";
import { Glob } from "bun";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What the files of each folder may import, besides their own folder. `types:` allows `import type` only. */
const PURE = ["parser", "litellm", "aggregator"];
const BELOW_QUERY = [...PURE, "store", "ledger"];
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  parser: ["types:litellm", "types:aggregator"],
  litellm: ["types:parser", "types:aggregator"],
  aggregator: ["types:parser", "types:litellm"],
  prices: ["types:parser", "types:litellm", "types:aggregator"],
  demo: ["config", "litellm"],
  snippets: ["config", "litellm"],
  store: PURE,
  ledger: PURE,
  scrape: BELOW_QUERY,
  query: ["prices", ...BELOW_QUERY],
  config: ["scrape", "query", ...BELOW_QUERY],
  report: ["scrape", "query", ...BELOW_QUERY],
  server: ["scrape", "query", "prices", ...BELOW_QUERY],
  dashboard: ["types:query", "types:litellm"],
  cli: ["config", "report", "server", "dashboard", "demo", "snippets", "scrape", "query", "prices", ...BELOW_QUERY],
};

/** Each third-party package has one home. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  hono: ["server"],
  commander: ["cli"],
  "@commander-js/extra-typings": ["cli"],
  "prom-client": ["server"],
  "date-fns-tz": ["aggregator"],
  uplot: ["dashboard"],
  valibot: ["config", "server"],
  "@valibot/to-json-schema": ["server"],
  postgres: ["ledger"],
  "gpt-tokenizer": ["prices"],
  // A connection is handed from the store to the folders that know the store; only the store opens one or writes SQL.
  "bun:sqlite": ["store", "types:query", "types:scrape", "types:server", "types:cli", "types:ledger"],
};

const PLATFORM = /^(node:|bun$|bun:sqlite$)/;
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^"';]*?from\s+)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

type Import = { readonly file: string; readonly from: string; readonly isType: boolean };

function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(IMPORT)].map(([, type, names, from, dynamic]) => ({
    file,
    from: from ?? dynamic ?? "",
    isType: type !== undefined || /^\{(\s*type\s+[\w$]+(\s+as\s+[\w$]+)?\s*,?)+\}\s*from/.test(names ?? ""),
  }));
}

/** What is wrong with one import, or undefined. */
function problem({ file, from, isType }: Import): string | undefined {
  const folder = file.split("/")[1] ?? "";
  const allows = (list: readonly string[] | undefined, name: string) =>
    list !== undefined && (list.includes(name) || (isType && list.includes(`types:${name}`)));
  if (from.startsWith(".")) {
    const target = new URL(from, `file:///${file}`).pathname.slice(1);
    const [top, layer] = target.split("/");
    if (top !== "lib" && folder === "cli") return undefined;
    if (top === "lib" && (layer === folder || allows(LAYERS[folder], layer ?? ""))) return undefined;
    return `${file} imports ${target}`;
  }
  const name = from.startsWith("@") ? from.split("/").slice(0, 2).join("/") : (from.split("/")[0] ?? "");
  if (name in HOMES) return allows(HOMES[name], folder) ? undefined : `${file} imports ${from}`;
  return PLATFORM.test(from) ? undefined : `${file} imports ${from}, which has no home in this test`;
}

async function allImports(): Promise<Import[]> {
  const files = await Array.fromAsync(new Glob("lib/**/*.ts").scan(ROOT));
  const imports = await Promise.all(files.map(async (file) => importsOf(file, await Bun.file(ROOT + file).text())));
  return imports.flat();
}

describe("layers", () => {
  test("every folder of lib stands in the table", async () => {
    const folders = await Array.fromAsync(new Glob("lib/*").scan({ cwd: ROOT, onlyFiles: false }));
    expect(folders.map((folder) => folder.slice(4)).filter((folder) => !(folder in LAYERS))).toEqual([]);
  });

  test("ARCHITECTURE says the same", async () => {
    const text = await Bun.file(`${ROOT}ARCHITECTURE.md`).text();
    const table = text.slice(text.indexOf("<!-- layers -->"), text.indexOf("<!-- layers end -->"));
    const said = [...table.matchAll(/^\| `(\w+)` \|[^|]+\| ([^|]+) \|$/gm)].map(([, folder = "", imports = ""]) => {
      const names = [...imports.matchAll(/(\(?)`(\w+)`/g)].map(([, isType, name]) => (isType ? `types:${name}` : name));
      const everything = Object.keys(LAYERS).filter((other) => other !== folder);
      return [folder, (imports === "everything" ? everything : names).toSorted()];
    });
    const held = Object.entries(LAYERS).map(([folder, imports]) => [folder, imports.toSorted()]);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(held));
  });

  test("arrows only go down, and each package stays in its home", async () => {
    const imports = await allImports();
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.flatMap((found) => problem(found) ?? [])).toEqual([]);
  });

  test.each([
    ["lib/parser/a.ts", 'import { b } from "../store/b.ts";'],
    ["lib/parser/a.ts", 'import { b } from "../litellm/b.ts";'],
    ["lib/scrape/a.ts", 'import type { B } from "../query/b.ts";'],
    ["lib/report/a.ts", 'import { b } from "../server/b.ts";'],
    ["lib/query/a.ts", 'import { Database } from "bun:sqlite";'],
    ["lib/store/a.ts", 'const b = await import("../server/b.ts");'],
    ["lib/cli/a.ts", 'import { Hono } from "hono";'],
    ["lib/query/a.ts", 'import { Hono } from "hono/tiny";'],
    ["lib/store/a.ts", 'export { b } from "../query/b.ts";'],
    ["lib/store/a.ts", 'import leftPad from "left-pad";'],
  ])("a line that breaks the table is found: %s %s", (file, source) => {
    expect(importsOf(file, source).flatMap((found) => problem(found) ?? [])).toHaveLength(1);
  });
});

describe("files", () => {
  test("none is over 300 lines, and the median is under 100", async () => {
    const files = await Array.fromAsync(new Glob("{bin,lib}/**/*.{ts,css}").scan(ROOT));
    const lengths = await Promise.all(
      files.map(async (file) => ({ file, lines: (await Bun.file(ROOT + file).text()).split("\n").length - 1 })),
    );
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(100);
  });

  test("SQL stands in the store and the ledger only", async () => {
    const files = await Array.fromAsync(new Glob("lib/**/*.ts").scan(ROOT));
    const sql =
      /\b(SELECT|INSERT|UPDATE|DELETE)\b[^\n]*\b(FROM|INTO|SET)\b|["'`]\s*PRAGMA\b|\bdb\.(query|prepare|run)\b/;
    const found = await Promise.all(
      files
        .filter((file) => !/^lib\/(store|ledger)\//.test(file))
        .map(async (file) => (sql.test(await Bun.file(ROOT + file).text()) ? [file] : [])),
    );
    expect(found.flat()).toEqual([]);
  });
});
