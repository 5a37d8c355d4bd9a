import { dirname } from "node:path";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "folder";
const HINT = "Give this user the right to write there, or set LITELLM_PULSE_DB_PATH to another place";

/** Whether the database can be made and written where it is to lie; SQLite also writes files beside it. */
export function checkDatabaseFolder({ database }: Facts): Finding[] {
  const { path, folder } = database;
  if (!folder.isFolder) {
    const message = `${folder.path} is on the way to the database and is not a folder`;
    return [{ about, level: "problem", exit: "database", message, hint: "Set LITELLM_PULSE_DB_PATH to another place" }];
  }
  if (!folder.isWritable) {
    return [
      {
        about,
        level: "problem",
        exit: "database",
        message: `The folder ${folder.path} may not be written`,
        hint: HINT,
      },
    ];
  }
  if (folder.isFileWritable === false) {
    return [{ about, level: "problem", exit: "database", message: `The file ${path} may not be written`, hint: HINT }];
  }
  const isThere = folder.path === dirname(path);
  const message = isThere ? `${folder.path} may be written` : `${dirname(path)} can be made, in ${folder.path}`;
  return [{ about, level: "ok", message }];
}
