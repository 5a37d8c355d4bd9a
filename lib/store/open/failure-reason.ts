import { SQLiteError } from "bun:sqlite";
import { accessSync, constants, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./error-code.ts";

const FULL = "the disk is full, make room";
/** SQLite's message for a header with an unknown format number, which has no code of its own. */
const UNSUPPORTED = "unsupported file format";
const NO_INODE = "its disk can hold no further file (no free inode), remove some";
const NOT_WRITTEN = "the file or its folder may not be written";
const SETTING = "LITELLM_PULSE_DB_PATH";
/** Beside an open database SQLite keeps an index of the log, of at least this size. */
export const INDEX_BYTES = 32_768;

/** Whether an error means that the file is no database or a damaged one. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof SQLiteError)) return false;
  return /^SQLITE_(NOTADB|CORRUPT)/.test(error.code ?? "") || error.message === UNSUPPORTED;
}

/** Whether an error means that another connection holds the database locked. */
export function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY") === true;
}

/** Whether an error is SQLite's own, and not that of another file. */
export function isDatabaseError(error: unknown): boolean {
  return error instanceof SQLiteError;
}

/** Whether an error may stay with its connection when its cause is gone, so that the file has to be opened anew. */
export function isStuck(error: unknown): boolean {
  return error instanceof SQLiteError && /^SQLITE_(READONLY|CANTOPEN|IOERR|PROTOCOL)/.test(error.code ?? "");
}

/**
 * What SQLite or the file system say, as one line for a person that says what to do; undefined for an error that is
 * neither's. `path` is the database's: its place is looked at where the error alone does not tell enough; `setting` names
 * it.
 */
export function failureReason(error: unknown, path?: string, setting = SETTING): string | undefined {
  return error instanceof SQLiteError ? sqliteReason(error, path, setting) : fileReason(error, path, setting);
}

function sqliteReason({ code = "", message }: SQLiteError, path: string | undefined, setting: string): string {
  if (code === "SQLITE_IOERR_SHMSIZE") return FULL; // The index does not fit beside the file.
  if (code === "SQLITE_READONLY_ROLLBACK") {
    return "a change that was cut off has to be taken back, run litellm-pulse serve or scrape-once";
  }
  const [, kind] = /^SQLITE_([A-Z]+)/.exec(code) ?? [];
  const ofPlace = () => (path === undefined ? undefined : placeTrouble(path, setting));
  switch (kind) {
    case "FULL":
      return FULL;
    case "BUSY":
    case "LOCKED":
      return "another process holds the database locked, try again";
    case "NOTADB":
      return "the file is not a database";
    case "CORRUPT":
      return "the file is damaged";
    case "READONLY":
      return ofPlace() ?? NOT_WRITTEN;
    case "CANTOPEN":
      return ofPlace() ?? "the file cannot be opened";
    case "IOERR":
      return ofPlace() ?? "the disk cannot be read or written";
    default:
      return message;
  }
}

function fileReason(error: unknown, path: string | undefined, setting: string): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return FULL;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return (path && placeTrouble(path, setting)) ?? NOT_WRITTEN;
    case "EBUSY":
      return "the file is mounted by itself, mount its folder instead";
    default:
      return error.message;
  }
}

/** What is wrong with the place of a database, as far as the file system tells. */
function placeTrouble(path: string, setting: string): string | undefined {
  const folder = dirname(path);
  try {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) {
      if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return `${file} is a directory, expected a file`;
      const trouble =
        refusal(file, constants.R_OK, `read ${file}`, setting) ??
        refusal(file, constants.W_OK, `write ${file}`, setting);
      if (trouble !== undefined) return trouble;
    }
    const trouble = refusal(folder, constants.W_OK, `write in ${folder}`, setting);
    if (trouble !== undefined) return trouble;
    const { bavail, bsize, files, ffree } = statfsSync(folder);
    if (bavail * bsize < INDEX_BYTES) return FULL;
    return files > 0 && ffree === 0 ? NO_INODE : undefined;
  } catch (error) {
    return errorCode(error) === "EACCES" ? notAllowed(`look into ${folder}`, setting) : undefined;
  }
}

function refusal(path: string, mode: number, wish: string, setting: string): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    if (code === "EROFS") return `its file system is read-only, set ${setting} to a place that may be written`;
    return code === "EACCES" ? notAllowed(wish, setting) : undefined;
  }
}

function notAllowed(wish: string, setting: string): string {
  return `this user may not ${wish}, allow it or set ${setting} to another place`;
}
