import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "disk";
/** A year of minutes and ten models needs less than twice as much. */
const SCARCE_BYTES = 100_000_000;
const FULL_BYTES = 10_000_000;

/** What is left of the disk on which the database lies. */
export function checkDisk({ database }: Facts): Finding[] {
  const { freeBytes, path } = database.folder;
  if (freeBytes === undefined) return [];
  const message = `${Math.floor(freeBytes / 1e6)} MB are free at ${path}`;
  if (freeBytes >= SCARCE_BYTES) return [{ about, level: "ok", message }];
  const hint = "Make room, or set LITELLM_PULSE_DB_PATH to another disk";
  if (freeBytes >= FULL_BYTES) return [{ about, level: "note", message: `Only ${message}`, hint }];
  return [{ about, level: "problem", exit: "database", message: `Only ${message}`, hint }];
}
