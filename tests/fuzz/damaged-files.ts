import { Database } from "bun:sqlite";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../cli/run-cli.ts";
import { NOON } from "../support/api.ts";
import { fixturePath } from "../support/fixtures.ts";
import { below, oneOf, type Random } from "./target.ts";

const BESIDE = ["", "-wal", "-shm"];
export const PAGE = fixturePath("metrics/few-requests.prom");
export const ROWS = fixturePath("spend-api/rows.jsonl");

/** Whole databases, each with its log and index where it has them, by the name of their files. */
export type Originals = Disposable & {
  readonly folder: string;
  /** Puts a damaged copy of everything into a folder; says what was damaged. */
  damage(random: Random, folder: string): string;
};

/** Makes a main database and a ledger with logs that were not folded in, and takes the predecessor's from the fixtures. */
export async function makeOriginals(): Promise<Originals> {
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-fuzz-"));
  const path = join(folder, "pulse.db");
  const set = { DB_PATH: path };
  await expectDone(["scrape-once", PAGE], set);
  await expectDone(["import", fixturePath("spend/spend-logs.jsonl")], set, {
    spend: fixturePath("spend/spend-logs.jsonl"),
  });
  // Readers keep the logs from being folded in when the writers close.
  const ledger = join(folder, "pulse.ledger.db");
  const held = [path, ledger].map((file) => new Database(file));
  for (const db of held) db.query("SELECT count(*) FROM sqlite_schema").get();
  await expectDone(["scrape-once", fixturePath("metrics/mixed.prom")], set, {}, NOON + 3_600_000);
  await expectDone(["import", ROWS], set);
  const kept = join(folder, "kept");
  mkdirSync(kept);
  for (const name of readdirSync(folder))
    if (name.startsWith("pulse.")) copyFileSync(join(folder, name), join(kept, name));
  for (const db of held) db.close();
  const predecessors = ["0.2.1.db", "0.3.0.db"].map((name) => fixturePath(`predecessor/${name}`));
  return {
    folder,
    damage(random, into) {
      for (const name of readdirSync(into)) rmSync(join(into, name), { recursive: true });
      const isOld = random() < 0.3;
      if (isOld) copyFileSync(oneOf(random, predecessors), join(into, "pulse.db"));
      else for (const name of readdirSync(kept)) copyFileSync(join(kept, name), join(into, name));
      const names = readdirSync(into);
      const chosen = oneOf(random, names);
      const bytes = readFileSync(join(into, chosen));
      const { damaged, what } = damagedBytes(bytes, random);
      writeFileSync(join(into, chosen), damaged);
      if (random() < 0.2) rmSync(join(into, `pulse.db${oneOf(random, BESIDE)}`), { force: true });
      return `${isOld ? "predecessor " : ""}${chosen}: ${what}`;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };

  async function expectDone(argv: string[], set: Record<string, string>, _files = {}, now = NOON): Promise<void> {
    const { code, err } = await runCli(argv, { set, now: () => now });
    if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}: ${err}`);
  }
}

function damagedBytes(bytes: Buffer, random: Random): { damaged: Uint8Array; what: string } {
  const damaged = Uint8Array.from(bytes);
  const at = below(random, bytes.length);
  switch (below(random, 5)) {
    case 0: {
      const places = Array.from({ length: 1 + below(random, 20) }, () => below(random, bytes.length * 8));
      for (const place of places) damaged[place >> 3] = (damaged[place >> 3] ?? 0) ^ (1 << (place & 7));
      return { damaged, what: `bits ${places.join(" ")} turned` };
    }
    case 1: {
      // The header, the schema and the first pages say what everything else is.
      const place = below(random, Math.min(bytes.length, 4096) * 8);
      damaged[place >> 3] = (damaged[place >> 3] ?? 0) ^ (1 << (place & 7));
      return { damaged, what: `bit ${place} turned` };
    }
    case 2:
      return { damaged: damaged.subarray(0, at), what: `cut off at ${at}` };
    case 3: {
      const length = oneOf(random, [1, 16, 512, 4096]);
      damaged.fill(oneOf(random, [0, 255, 65]), at, at + length);
      return { damaged, what: `${length} bytes at ${at} written over` };
    }
    default: {
      const from = below(random, bytes.length);
      damaged.copyWithin(at, from, from + 4096);
      return { damaged, what: `bytes from ${from} written over those at ${at}` };
    }
  }
}

/** A folder in which one damaged database after another is tried. */
export function workFolder(originals: Originals): string {
  const folder = join(originals.folder, "work");
  if (!existsSync(folder)) mkdirSync(folder);
  return folder;
}
