import { statSync } from "node:fs";

const LONGEST_MS = 500;
const LOOKING_MS = 2;

/**
 * Waits for the next write to a database, which its write-ahead log shows first; false where none comes. It looks nearly
 * without a pause, so that a kill that follows at once finds what was just written.
 */
export async function nextWrite(path: string): Promise<boolean> {
  const wal = `${path}-wal`;
  const before = stampOf(wal);
  const end = performance.now() + LONGEST_MS;
  while (performance.now() < end) {
    // Whoever writes may still wait for what we have to send.
    await Bun.sleep(0);
    const pause = performance.now() + LOOKING_MS;
    do if (stampOf(wal) !== before) return true;
    while (performance.now() < pause);
  }
  return false;
}

/** Lets a process write no more than so many bytes behind what a database's write-ahead log holds now. */
export function stopInWrite(pid: number, path: string, bytes: number): void {
  const size = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  Bun.spawnSync(["prlimit", "--pid", String(pid), `--fsize=${size + bytes}:unlimited`]);
}

/** Changes with every write to a file. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return `${stat?.size} ${stat?.mtimeNs}`;
}
