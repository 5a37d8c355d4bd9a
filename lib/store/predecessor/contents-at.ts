import { openOriginal } from "./connections.ts";
import { type Contents, contentsOf } from "./contents.ts";
import { schemaVersion } from "./files.ts";

/** What lies at a path: `ours` has a schema version. To be asked only while the take-over of the path is held. */
export function contentsAt(path: string): Contents | "ours" {
  const version = schemaVersion(path);
  if (version === undefined) return "nothing";
  if (version > 0) return "ours";
  const db = openOriginal(path);
  try {
    return contentsOf(db);
  } finally {
    db.close();
  }
}
