import { accessSync, constants, readFileSync, realpathSync, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { notesOf } from "../../query/health/health.ts";
import { openForReading } from "../../store/open/database.ts";
import { failureReason } from "../../store/open/failure-reason.ts";
import { databaseBytes, newestPageAt } from "../../store/read/state.ts";
import { allTargets } from "../../store/tables/targets.ts";
import type { DatabaseFacts } from "./facts.ts";
import { holdersOf } from "./holders.ts";
import { knownPlaces, otherDatabases } from "./known-places.ts";
import { mountOf, parseMounts } from "./mounts.ts";

const MOUNTS = "/proc/mounts";

/** Looks at the configured database and the place where it lies, and writes nothing. */
export function gatherDatabase(dbPath: string, env: Readonly<Record<string, string | undefined>>): DatabaseFacts {
  const path = resolve(dbPath);
  const folder = existingAbove(dirname(path));
  return {
    path,
    // Looked up before this process opens the file itself.
    holders: holdersOf(path, process.pid),
    opened: lookInto(path),
    folder: {
      path: folder,
      isFolder: statSync(folder).isDirectory(),
      isWritable: allows(folder, constants.W_OK | constants.X_OK),
      isFileWritable: isThere(path) ? allows(path, constants.W_OK) : undefined,
      freeBytes: freeBytes(folder),
    },
    mount: mountOf(realpathSync(folder), mounts()),
    others: otherDatabases(knownPlaces(process.cwd(), env["HOME"]), path),
  };
}

function lookInto(path: string): DatabaseFacts["opened"] {
  const opened = openForReading(path);
  if (opened.kind === "failed") {
    return { kind: "failed", isThere: isThere(path), failure: opened.failure };
  }
  const { db } = opened;
  try {
    const notes = allTargets(db).flatMap(notesOf);
    return { kind: "open", bytes: databaseBytes(db), newestPageAt: newestPageAt(db), notes };
  } catch (error) {
    const reason = failureReason(error);
    if (reason === undefined) throw error;
    const message = `Cannot read the database ${path}: ${reason}`;
    return { kind: "failed", isThere: true, failure: { reason: "damaged", message } };
  } finally {
    db.close();
  }
}

/** The path itself or what is there of the way to it; the root always is. */
function existingAbove(path: string): string {
  return isThere(path) ? path : existingAbove(dirname(path));
}

/** Whether there is something that may be looked at: a file on the way or a closed folder means no. */
function isThere(path: string): boolean {
  return allows(path, constants.F_OK);
}

function allows(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined; // Some file systems do not say.
  }
}

function mounts() {
  try {
    return parseMounts(readFileSync(MOUNTS, "utf8"));
  } catch {
    return []; // Only Linux has it.
  }
}
