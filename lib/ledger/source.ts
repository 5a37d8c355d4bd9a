import type { Ledger } from "./ledger.ts";
import type { LedgerSql } from "./sql/ledger-sql.ts";

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
export async function claimSource(
  ledger: Ledger,
  source: { readonly kind: SourceKind; readonly name: string },
): Promise<{ readonly kind: "ok" } | { readonly kind: "refused"; readonly message: string }> {
  const wanted = source.kind === "records" ? RECORDS_SOURCE : `table ${source.name}`;
  // Whoever comes first has said it: the next one finds that row.
  const fed = (await fedBy(ledger.sql)) ?? (await ledger.write((transaction) => claim(transaction, wanted)));
  if (fed === wanted) return { kind: "ok" };
  const by = fed === RECORDS_SOURCE ? "files or /ingest" : `the ${fed}`;
  const message = `This ledger is fed by ${by}, and the same requests may not be counted twice: set LITELLM_PULSE_LEDGER_PATH to another file, or LITELLM_PULSE_LEDGER_URL to another schema`;
  return { kind: "refused", message };
}

async function claim(sql: LedgerSql, wanted: string): Promise<string> {
  await sql.run("INSERT INTO meta (name, value) VALUES ('fed_by', ?1) ON CONFLICT (name) DO NOTHING", [wanted]);
  return (await fedBy(sql)) ?? wanted;
}

async function fedBy(sql: LedgerSql): Promise<string | undefined> {
  const [row] = await sql.rows<{ value: string }>("SELECT value FROM meta WHERE name = 'fed_by'");
  return row?.value;
}

/** What the source stored with its newest fold; undefined before the first. */
export async function sourceProgress({ sql }: Ledger, name: string): Promise<string | undefined> {
  const [row] = await sql.rows<{ progress: string }>("SELECT progress FROM source WHERE name = ?1", [name]);
  return row?.progress;
}

/** Adds to what a source has given, and replaces its progress where there is a new one. Inside a write transaction. */
export async function noteProgress(
  sql: LedgerSql,
  { counted, duplicates, tooOld }: Folded,
  { source, progress, now }: { readonly source: string; readonly progress?: string; readonly now: number },
): Promise<void> {
  await sql.run(
    `INSERT INTO source (name, progress, counted, duplicates, too_old, updated_at) VALUES (?1, COALESCE(?2, ''), ?3, ?4, ?5, ?6)
      ON CONFLICT (name) DO UPDATE SET progress = COALESCE(?2, source.progress), counted = source.counted + excluded.counted,
        duplicates = source.duplicates + excluded.duplicates, too_old = source.too_old + excluded.too_old,
        updated_at = excluded.updated_at`,
    [source, progress ?? null, counted, duplicates, tooOld, now],
  );
}
