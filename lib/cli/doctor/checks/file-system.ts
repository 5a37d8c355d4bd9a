import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";
import { isNetworkType } from "../mounts.ts";

const about = "file system";

/** SQLite's write-ahead log needs a disk of this machine, and a database should outlive the container. */
export function checkFileSystem({ database }: Facts): Finding[] {
  const { mount, path } = database;
  if (mount === undefined) return [];
  const { type, at } = mount;
  if (isNetworkType(type)) {
    const message = `${path} lies on a network file system (${type} at ${at}), where SQLite may lose data`;
    return [{ about, level: "problem", exit: "database", message, hint: "Set LITELLM_PULSE_DB_PATH to a local disk" }];
  }
  if (type === "tmpfs" || type === "ramfs") {
    const message = `${path} lies in memory (${type} at ${at}) and is gone after a restart`;
    return [{ about, level: "note", message, hint: "Set LITELLM_PULSE_DB_PATH to a disk" }];
  }
  if (type === "overlay") {
    const message = `${path} lies in the container itself and is gone with it`;
    return [{ about, level: "note", message, hint: "Mount a volume and set LITELLM_PULSE_DB_PATH to a file in it" }];
  }
  return [{ about, level: "ok", message: `The database lies on a local file system (${type} at ${at})` }];
}
