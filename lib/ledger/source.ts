import type { Database } from "bun:sqlite";
import type { Ledger } from "./ledger.ts";

/** What was done with records. */
export type Folded = { readonly counted: number; readonly duplicates: number; readonly tooOld: number };

/**
 * What feeds a ledger. `records`: files and `/ingest`, where a record may come again at any time and every identity is
 * kept. `table`: a log table that is followed, of which only the newest identities are kept.
 */
type SourceKind = "records" | "table";

/** The name under which files and `/ingest` share what they have fed. */
export const RECORDS_SOURCE = "records";

/**
 * Makes sure that what is about to feed the ledger does not count what another kind has counted: one table, or records.
 * `name` names a table (free of passwords), and is shown.
 */
export function claimSource(
  ledger: Ledger,
  source: { readonly kind: SourceKind; readonly name: string },
): { readonly kind: "ok" } | { readonly kind: "refused"; readonly message: string } {
  return ledger.write(() => {
    const fed = meta(ledger.db, "fed_by");
    const wanted = source.kind === "records" ? RECORDS_SOURCE : `table ${source.name}`;
    if (fed === undefined) {
      ledger.db.query("INSERT INTO meta (name, value) VALUES ('fed_by', ?)").run(wanted);
    } else if (fed !== wanted) {
      const by = fed === RECORDS_SOURCE ? "files or /ingest" : `the ${fed}`;
      const message = `This ledger is fed by ${by}, and the same requests may not be counted twice: set LITELLM_PULSE_LEDGER_PATH to another file`;
      return { kind: "refused", message };
    }
    return { kind: "ok" };
  });
}

/** What the source stored with its newest fold; undefined before the first. */
export function sourceProgress({ db }: Ledger, name: string): string | undefined {
  return db.query<{ progress: string }, [string]>("SELECT progress FROM source WHERE name = ?").get(name)?.progress;
}

/** Adds to what a source has given, and replaces its progress where there is a new one. Inside a write transaction. */
export function noteProgress(
  db: Database,
  { counted, duplicates, tooOld }: Folded,
  { source, progress, now }: { readonly source: string; readonly progress?: string; readonly now: number },
): void {
  db.query(
    `INSERT INTO source (name, progress, counted, duplicates, too_old, updated_at) VALUES (?1, COALESCE(?2, ''), ?3, ?4, ?5, ?6)
      ON CONFLICT (name) DO UPDATE SET progress = COALESCE(?2, source.progress), counted = source.counted + excluded.counted,
        duplicates = source.duplicates + excluded.duplicates, too_old = source.too_old + excluded.too_old,
        updated_at = excluded.updated_at`,
  ).run(source, progress ?? null, counted, duplicates, tooOld, now);
}

function meta(db: Database, name: string): string | undefined {
  return db.query<{ value: string }, [string]>("SELECT value FROM meta WHERE name = ?").get(name)?.value;
}
