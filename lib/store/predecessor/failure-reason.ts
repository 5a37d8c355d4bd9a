import { SQLiteError } from "bun:sqlite";
import { sqliteReason } from "../database.ts";

/** What SQLite or the file system say, as one line for a person; undefined for an error that is neither's. */
export function failureReason(error: unknown): string | undefined {
  // What SQLite needs to read a file in WAL mode does not fit beside it.
  if (error instanceof SQLiteError && error.code === "SQLITE_IOERR_SHMSIZE") return "the disk is full";
  const reason = sqliteReason(error);
  if (reason !== undefined || !(error instanceof Error) || !("syscall" in error) || !("code" in error)) return reason;
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "the file or its folder may not be written";
    case "EBUSY":
      return "the file is mounted by itself, mount its folder instead";
    default:
      return error.message;
  }
}
