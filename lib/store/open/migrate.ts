import type { Database } from "bun:sqlite";
import { isBusy } from "./failure-reason.ts";

const WAL_ATTEMPTS = 50;

/** The schema version that a database carries; 0 for a new one. */
export function versionOf(db: Database): number {
  return db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
}

/** Several processes that open a new file meet SQLITE_BUSY here whatever the timeout (SQLite 3.54), so it is retried. */
export function switchToWal(db: Database): void {
  for (let attempt = 1; ; attempt++) {
    try {
      db.run("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error) || attempt === WAL_ATTEMPTS) throw error;
      Bun.sleepSync(20);
    }
  }
}

/** Brings the schema up to date in one transaction, from whatever version it has. */
export function migrate(db: Database, migrations: readonly string[]): void {
  if (versionOf(db) >= migrations.length) return;
  db.transaction(() => {
    for (let version = versionOf(db); version < migrations.length; version++) {
      db.run(migrations[version] ?? "");
      db.run(`PRAGMA user_version = ${version + 1}`);
    }
  }).immediate();
}
