import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { timeInName } from "../open/private-file.ts";

const HEADER_BYTES = 100;
/** Where a SQLite file keeps its user_version, as a big-endian number. */
const VERSION_OFFSET = 60;
const BESIDE = ["-wal", "-shm", "-journal"];

/** The database that is being filled while the predecessor's is taken over; symbolic links are followed. */
export function asidePath(path: string): string {
  return `${realPath(path)}.taking-over`;
}

/** The file that a path names, symbolic links followed. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Whether a take-over of the file at the path has begun and not ended. Nobody but who takes over may then open it with
 * SQLite: its WAL would belong to another file a moment later. So the schema version is read from the file itself.
 */
export function isBeingTakenOver(path: string): boolean {
  return existsSync(asidePath(path)) && (schemaVersion(path) ?? 0) === 0;
}

/** The schema version that a database file carries; undefined where there is no file or it is too short to have one. */
export function schemaVersion(path: string): number | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    return readSync(file, header) < HEADER_BYTES ? undefined : header.readUInt32BE(VERSION_OFFSET);
  } finally {
    closeSync(file);
  }
}

/** A name for the original that is not taken yet, after the UTC time: `….predecessor-20261121T221600Z`. */
export function copyPath(path: string, now: number): string {
  const name = `${path}.predecessor-${timeInName(now)}`;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!existsSync(candidate)) return candidate;
  }
}

/**
 * Gives the original its second name, so that there is no moment in which nothing lies at the path. Where the file system
 * knows no second names, it is renamed.
 */
export function keepOriginal(path: string, copy: string): void {
  if (existsSync(copy)) return;
  try {
    linkSync(path, copy);
  } catch {
    renameSync(path, copy);
  }
}

/** Puts the filled database in the place of the original, and both names onto the disk. */
export function moveIn(path: string, aside: string): void {
  renameSync(aside, path);
  discard(aside, BESIDE);
  syncFolder(dirname(path));
}

/** Removes a file, or what SQLite keeps beside it. */
export function discard(path: string, endings: readonly string[] = ["", ...BESIDE]): void {
  for (const ending of endings) rmSync(`${path}${ending}`, { force: true });
}

/** Moves the beginnings of a take-over that cannot go on out of the way; gives their new name. */
export function setAside(aside: string, now: number): string {
  const name = copyPath(aside, now).replace(".predecessor-", ".abandoned-");
  renameSync(aside, name);
  if (existsSync(`${aside}-wal`)) renameSync(`${aside}-wal`, `${name}-wal`);
  return name;
}

/** Whether two names stand for one file. */
export function isSameFile(a: string, b: string): boolean {
  if (!existsSync(a) || !existsSync(b)) return false;
  const [one, other] = [statSync(a), statSync(b)];
  return one.ino === other.ino && one.dev === other.dev;
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } catch {
    // Some file systems cannot do that for a folder; they write names at once.
  } finally {
    closeSync(handle);
  }
}
