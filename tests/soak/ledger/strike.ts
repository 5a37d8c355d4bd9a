import { existsSync, readFileSync } from "node:fs";
import { stopInWrite } from "../next-write.ts";
import type { Kill } from "./plan.ts";

const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const LONGEST_MS = 5000;

/** Who is to be struck in the middle of a write may write no further than its kill says. */
export function prepareStrike(kill: Kill | undefined, pids: readonly number[], path: string): void {
  if (kill?.kind === "in the write") for (const pid of pids) stopInWrite(pid, path, kill.bytes);
}

/** Waits for the moment of a kill; one in the write comes after a while also where nothing was cut off. */
export async function momentOf(kill: Kill, path: string, hasEnded: () => boolean): Promise<void> {
  if (kill.kind === "after") await Bun.sleep(kill.ms);
  else {
    const end = performance.now() + LONGEST_MS;
    while (!endsInWrite(path) && !hasEnded() && performance.now() < end) await Bun.sleep(1);
  }
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
