import type { Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { errorCode } from "../open/error-code.ts";
import { PRIVATE, takeMode, timeInName } from "../open/private-file.ts";
import { type CarriedOver, carryOver } from "./carry-over.ts";

const BESIDE = ["", "-wal", "-shm"];

/**
 * A repair that is under way: its lock names the process that does it and where the damaged file was put, so that a
 * start after a kill goes on with it.
 */
type Lock = { readonly pid: number; readonly aside: string };

/** Whether a repair of the file at the path was begun and has not ended. */
export function isBeingRepaired(path: string): boolean {
  return existsSync(lockPath(path));
}

/**
 * Puts a damaged database aside as `….corrupt-<time>`, never deleting it, and carries what can be read into a new one
 * that `openNew` makes at the path. Gives the line that says so, or undefined where another process is repairing it.
 */
export function repair(path: string, openNew: () => Database, now: number): string | undefined {
  const lock = takeLock(path, { pid: process.pid, aside: `${path}.corrupt-${timeInName(now)}` });
  if (!lock) return undefined;
  if (!existsSync(lock.aside)) {
    for (const beside of BESIDE.toReversed()) {
      if (existsSync(path + beside)) renameSync(path + beside, lock.aside + beside);
    }
  }
  const db = openNew();
  const isEmpty = db.query("SELECT 1 FROM meta UNION ALL SELECT 1 FROM target LIMIT 1").get() === null;
  const carried = isEmpty ? carryOver(lock.aside, db) : undefined;
  db.close();
  if (existsSync(lock.aside)) takeMode(path, lock.aside);
  rmSync(lockPath(path), { force: true });
  return sentence(path, lock.aside, carried);
}

function sentence(path: string, aside: string, carried: CarriedOver | undefined): string {
  const kept = `The database ${path} was damaged and is kept as ${aside}`;
  if (carried === undefined) return kept;
  if (carried.rows === 0) return `${kept}: nothing of it could be read, a new one was begun`;
  const lost = [
    ...(carried.damagedTables.length === 0 ? [] : [`parts of ${carried.damagedTables.join(", ")}`]),
    ...(carried.isWithoutLog ? ["what stood in its write-ahead log alone"] : []),
  ].join(" and ");
  return `${kept}: ${carried.rows} rows were carried over into a new one, ${lost || "nothing"} ${lost.startsWith("parts") ? "were" : "was"} lost`;
}

function takeLock(path: string, wanted: Lock): Lock | undefined {
  try {
    const file = openSync(lockPath(path), "wx", PRIVATE);
    writeSync(file, JSON.stringify(wanted));
    closeSync(file);
    return wanted;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  const held = readLock(path);
  return held && isAlive(held.pid) ? undefined : (held ?? wanted);
}

/** The lock as it was written; undefined where its writer was killed in the middle. */
function readLock(path: string): Lock | undefined {
  try {
    const lock: unknown = JSON.parse(readFileSync(lockPath(path), "utf8"));
    if (typeof lock !== "object" || lock === null || !("pid" in lock) || !("aside" in lock)) return undefined;
    return typeof lock.pid === "number" && typeof lock.aside === "string"
      ? { pid: lock.pid, aside: lock.aside }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

function lockPath(path: string): string {
  return `${path}.repairing`;
}
