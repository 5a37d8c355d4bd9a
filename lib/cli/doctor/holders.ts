import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import type { Holder } from "./facts.ts";
import { identityOf } from "./known-places.ts";

/**
 * The processes that have a file open, as Linux's `/proc` shows them to this user; none elsewhere. A name is the
 * program's only: what follows it may hold keys.
 */
export function holdersOf(path: string, ownPid: number, proc = "/proc"): Holder[] {
  const identity = identityOf(path);
  if (identity === undefined) return [];
  return listed(proc).flatMap((entry) => {
    const pid = /^\d+$/.test(entry) ? Number(entry) : undefined;
    if (pid === undefined || pid === ownPid) return [];
    return holds(join(proc, entry, "fd"), path, identity) ? [{ pid, name: nameOf(join(proc, entry, "comm")) }] : [];
  });
}

/** Links are compared by the name first, as most lead elsewhere; a container sees other folders, so by the file then. */
function holds(folder: string, path: string, identity: string): boolean {
  return listed(folder).some((entry) => {
    const link = join(folder, entry);
    try {
      return basename(readlinkSync(link)) === basename(path) && identityOf(link) === identity;
    } catch {
      return false; // It was closed in the meantime.
    }
  });
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Another user's process, or one that has just ended.
  }
}

function nameOf(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "a process that has just ended";
  }
}
