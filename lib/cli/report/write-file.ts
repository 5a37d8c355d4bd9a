import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../../store/open/error-code.ts";

/**
 * Writes a text to a file whole or not at all: into a new file beside it, which then takes its place. A link is followed,
 * the mode of a file that was there stays, and what is no plain file (`/dev/stdout`, a pipe) is written as it is. Gives
 * what went wrong, or undefined.
 */
export function writeWhole(path: string, text: string): string | undefined {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) return `Cannot write ${path}: it is a folder`;
    if (there && !there.isFile()) {
      writeFileSync(path, text);
      return undefined;
    }
    replace(there ? realpathSync(path) : path, text, there?.mode);
    return undefined;
  } catch (error) {
    return `Cannot write ${path}: ${reasonOf(error)}`;
  }
}

function replace(path: string, text: string, mode: number | undefined): void {
  const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${process.pid}-${Bun.randomUUIDv7()}.tmp`);
  try {
    const file = openSync(beside, "wx", 0o666);
    try {
      if (mode !== undefined) chmodSync(beside, mode & 0o7777);
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function reasonOf(error: unknown): string {
  switch (errorCode(error)) {
    case "ENOENT":
      return "its folder does not exist";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "this user may not write there";
    case "ENOSPC":
    case "EDQUOT":
      return "no space is left for it";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
