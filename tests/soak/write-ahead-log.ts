import { existsSync, readFileSync, statSync } from "node:fs";

const LONGEST_MS = 500;
const LOOKING_MS = 2;
const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const PAGE = 4096;
/** As much of the index of a log as says how many of its pages are in the file. */
const INDEX_HEADER = 136;

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
  Bun.spawnSync(["prlimit", "--pid", String(pid), `--fsize=${nextOffset(path) + bytes}:unlimited`]);
}

/** Where the next page goes: behind the others, or where all of them are in the file already, at the beginning again. */
function nextOffset(path: string): number {
  const [wal, index] = [`${path}-wal`, `${path}-shm`];
  if (!existsSync(wal) || !existsSync(index)) return 0;
  const header = readFileSync(index).subarray(0, INDEX_HEADER);
  if (header.length < INDEX_HEADER) return 0;
  // The index is in the byte order of the machine (SQLite, walformat.html 2.1), which is little-endian on every one that Bun runs on.
  const [frames, copied] = [header.readUInt32LE(16), header.readUInt32LE(96)];
  return frames === copied ? 0 : WAL_HEADER + frames * (FRAME_HEADER + PAGE);
}

/** Whether a database's write-ahead log ends with pages that no transaction committed (SQLite's file format, section 4). */
export function endsInWrite(path: string): boolean {
  const wal = `${path}-wal`;
  if (!existsSync(wal)) return false;
  const bytes = readFileSync(wal);
  if (bytes.length < WAL_HEADER) return false;
  const [pageSize, salt] = [bytes.readUInt32BE(8), bytes.readBigUInt64BE(16)];
  let isOpen = false;
  for (let at = WAL_HEADER; at + FRAME_HEADER <= bytes.length; at += FRAME_HEADER + pageSize) {
    if (bytes.readBigUInt64BE(at + 8) !== salt) break;
    isOpen = bytes.readUInt32BE(at + 4) === 0;
  }
  return isOpen;
}

/** Changes with every write to a file. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return `${stat?.size} ${stat?.mtimeNs}`;
}
