import { statSync } from "node:fs";
import { join } from "node:path";
import type { OtherDatabase } from "./facts.ts";

const NAME = "litellm_pulse.db";

/** Where a database of ours or of the Python predecessor is often found: its default path seen from other folders. */
export function knownPlaces(cwd: string, home: string | undefined): string[] {
  const folders = [cwd, ...(home === undefined || home === "" ? [] : [home]), "/app", "/", "/var/lib/litellm-pulse"];
  return [...new Set(folders.flatMap((folder) => [join(folder, NAME), join(folder, "data", NAME)]))];
}

/** The databases at these places that are not the configured one, whatever name leads to that. */
export function otherDatabases(places: readonly string[], configured: string): OtherDatabase[] {
  const own = identityOf(configured);
  const seen = new Set(own === undefined ? [] : [own]);
  return places.flatMap((path) => {
    const identity = identityOf(path);
    if (path === configured || identity === undefined || seen.has(identity)) return [];
    seen.add(identity);
    const { size, mtimeMs } = statSync(path);
    const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
    return [{ path, bytes: size, writtenAt: Math.max(mtimeMs, wal && wal.size > 0 ? wal.mtimeMs : 0) }];
  });
}

/** What tells a file from any other; undefined where there is none that may be looked at. */
export function identityOf(path: string): string | undefined {
  try {
    const found = statSync(path);
    return found.isFile() ? `${found.dev} ${found.ino}` : undefined;
  } catch {
    return undefined; // No such file, or a folder on the way that may not be entered: not there for us.
  }
}
