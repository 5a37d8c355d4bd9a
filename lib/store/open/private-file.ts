import { chmodSync, closeSync, lstatSync, openSync, readlinkSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** The files say who spends how much: only this user may read them, unless somebody changes the mode. */
export const PRIVATE = 0o600;
/** More links than this are a circle. */
const MOST_LINKS = 40;

/**
 * Makes an empty file for this user alone where none lies at the path, for SQLite to fill: it would let everybody read
 * it. What SQLite keeps beside a file gets that file's mode. A link that leads to nothing is followed. What goes wrong
 * is left for SQLite to meet.
 */
export function makePrivate(path: string): void {
  const real = endOfLinks(path);
  if (real === undefined) return;
  try {
    closeSync(openSync(real, "wx", PRIVATE));
  } catch {
    // Made by another process at this moment, or in a place where SQLite will say why it cannot be.
  }
}

/** A moment (UTC milliseconds) in the name of a file that is kept: `20261121T221600Z`. */
export function timeInName(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** Gives a file the mode of another one. */
export function takeMode(path: string, from: string): void {
  chmodSync(path, statSync(from).mode & 0o777);
}

/** The path at which nothing lies yet; undefined where there is something. */
function endOfLinks(path: string): string | undefined {
  let end = path;
  try {
    for (let links = 0; links < MOST_LINKS; links++) {
      const found = lstatSync(end, { throwIfNoEntry: false });
      if (found === undefined) return end;
      if (!found.isSymbolicLink()) return undefined;
      end = resolve(dirname(end), readlinkSync(end));
    }
  } catch {
    // A folder that may not be looked into.
  }
  return undefined;
}
