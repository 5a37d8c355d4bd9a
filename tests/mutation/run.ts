import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Glob } from "bun";
import { explanationOf } from "./explained.ts";
import { type Mutant, mutantsOf, mutated } from "./mutants.ts";

// Changes the code at one place at a time and looks whether a test notices: `make mutate`.

const ROOT = new URL("../../", import.meta.url).pathname;
/** Folders or files of `lib`, without their ending. */
const PLACES = (process.env["MUTATE"] ?? "parser aggregator ledger/fold").split(" ");
/** So many places of each file at most, drawn by the seed; 0: all. */
const MOST_OF_A_FILE = Number(process.env["MUTANTS"] ?? 20);
const SEED = Number(process.env["MUTATE_SEED"] ?? 1);
const TIMEOUT_MS = 120_000;

type Task = { readonly file: string; readonly source: string; readonly mutant: Mutant };

const room = mkdtempSync(join(tmpdir(), "mutants-"));
process.on("exit", () => rmSync(room, { recursive: true, force: true }));
for (const name of ["lib", "tests", "bin", "package.json", "tsconfig.json", "bunfig.toml"]) {
  cpSync(join(ROOT, name), join(room, name), { recursive: true });
}
symlinkSync(join(ROOT, "node_modules"), join(room, "node_modules"));

const files = PLACES.flatMap((place) =>
  ["", "/**/*"].flatMap((inside) => [...new Glob(`lib/${place}${inside}.ts`).scanSync(ROOT)]),
).sort();
let killed = 0;
let explained = 0;
const survivors: string[] = [];
for (const file of files) {
  const source = await Bun.file(join(ROOT, file)).text();
  for (const mutant of drawn(mutantsOf(source), MOST_OF_A_FILE, file)) {
    if (notices({ file, source, mutant })) {
      killed++;
      continue;
    }
    if (explanationOf(file, source, mutant) !== undefined) {
      explained++;
      continue;
    }
    const line = source.split("\n")[mutant.line - 1]?.trim() ?? "";
    const text = `${file}:${mutant.line}: ${mutant.before.trim()} -> ${mutant.after.trim() || "nothing"} in ${line}`;
    survivors.push(text);
    process.stdout.write(`${text}\n`);
  }
}
process.stdout.write(`${killed} noticed, ${explained} explained, ${survivors.length} not noticed (seed ${SEED})\n`);
process.exitCode = survivors.length > 0 ? 1 : 0;

/** The tests of the file first, since most mutants end there; then those of its folder, and of the one above. */
function notices({ file, source, mutant }: Task): boolean {
  writeFileSync(join(room, file), mutated(source, mutant));
  try {
    return testsOf(file).some((tests) => !passes(tests));
  } finally {
    writeFileSync(join(room, file), source);
  }
}

function testsOf(file: string): string[][] {
  const base = file.replace(/^lib\//, "tests/").replace(/\.ts$/, "");
  const own = [`${base}.test.ts`, `${base}.properties.test.ts`].filter((test) => existsSync(join(room, test)));
  const folder = base.slice(0, base.lastIndexOf("/"));
  const above = folder.split("/").slice(0, 2).join("/");
  const folders = [...new Set([folder, above])].filter((name) => existsSync(join(room, name)));
  return [...(own.length > 0 ? [own] : []), ...folders.map((name) => [`./${name}`])];
}

function passes(tests: readonly string[]): boolean {
  const { exitCode } = Bun.spawnSync([process.execPath, "test", "--bail", "--timeout=20000", ...tests], {
    cwd: room,
    stdout: "ignore",
    stderr: "ignore",
    timeout: TIMEOUT_MS,
    // A change may make a loop without end, which hears no other signal.
    killSignal: "SIGKILL",
  });
  return exitCode === 0;
}

/** Some of a list, the same ones for the same seed. */
function drawn(mutants: readonly Mutant[], most: number, file: string): Mutant[] {
  if (most === 0) return [...mutants];
  const place = (mutant: Mutant) => Bun.hash.wyhash(`${SEED} ${file} ${mutant.at} ${mutant.after}`);
  return mutants.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)).slice(0, most);
}
