import type { Database } from "bun:sqlite";

/** The first good page of a target that was read while a Prometheus name was mapped; `at` is on LiteLLM's clock. */
export type Mark = { readonly name: number; readonly page: number; readonly at: number; readonly wasSeen: boolean };

/** The marks of a target by Prometheus name. */
export function marksOf(db: Database, target: number): Map<string, Mark> {
  return new Map(
    db
      .query<{ id: number; name: string; page: number; at: number; seen: number }, [number]>(
        "SELECT name.id, name.name, page, at, seen FROM mark JOIN name ON name.id = mark.name WHERE target = ?",
      )
      .all(target)
      .map((row) => [row.name, { name: row.id, page: row.page, at: row.at, wasSeen: row.seen === 1 }]),
  );
}

/** Sets the mark of a name that has none yet. */
export function insertMark(db: Database, target: number, name: string, page: number, at: number): Mark {
  const id = nameId(db, name);
  db.query("INSERT INTO mark (target, name, page, at, seen) VALUES (?, ?, ?, ?, 0)").run(target, id, page, at);
  return { name: id, page, at, wasSeen: false };
}

/** Notes that a name was on a page of the target. */
export function noteSeen(db: Database, target: number, name: number): void {
  db.query("UPDATE mark SET seen = 1 WHERE target = ? AND name = ?").run(target, name);
}

function nameId(db: Database, name: string): number {
  db.query("INSERT OR IGNORE INTO name (name) VALUES (?)").run(name);
  return db.query<{ id: number }, [string]>("SELECT id FROM name WHERE name = ?").get(name)?.id ?? 0;
}
