import type { Database } from "bun:sqlite";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { connect } from "./connect.ts";
import type { OpenResult } from "./database.ts";
import { failureReason, isDamage } from "./failure-reason.ts";
import { migrate, switchToWal, versionOf } from "./migrate.ts";
import { makePrivate } from "./private-file.ts";

/** The setting that names the ledger's file. */
export const LEDGER_SETTING = "LITELLM_PULSE_LEDGER_PATH";

/**
 * What to do about a damaged ledger. Nothing is put aside unasked, unlike the main database: sums of which a page is
 * missing look whole, and only its owner knows whether the source still has everything.
 */
export const LEDGER_DAMAGE_ADVICE = `move it away with what lies beside it and read the source or the files again, or set ${LEDGER_SETTING} to a copy`;

/**
 * Opens the file of the spend ledger with the migrations of its schema: for writing it is made and brought up to date,
 * for reading it has to be there.
 */
export function openLedgerFile(path: string, migrations: readonly string[], mode: "read" | "write"): OpenResult {
  const absolute = resolve(path);
  if (mode === "read" && !existsSync(absolute)) {
    return failed(
      "missing",
      `There is no spend ledger at ${absolute}: run litellm-pulse sync or import first, or set ${LEDGER_SETTING}`,
    );
  }
  let db: Database | undefined;
  try {
    if (mode === "write") {
      mkdirSync(dirname(absolute), { recursive: true });
      makePrivate(absolute);
    }
    db = connect(absolute, mode === "write" ? { create: true } : { readonly: true });
    const problem = problemOf(db, migrations, absolute, mode);
    if (problem) {
      db.close();
      return problem;
    }
    // Both connections of a big ledger are asked for ranges of days, which a larger cache holds at once.
    db.run("PRAGMA cache_size = -32000");
    if (mode === "write") {
      switchToWal(db);
      db.run("PRAGMA synchronous = FULL");
      // A statement of many rows keeps a journal of its own, which would be a file that is written for each of them.
      db.run("PRAGMA temp_store = MEMORY");
      migrate(db, migrations);
    }
    return { kind: "open", db, path: absolute };
  } catch (error) {
    db?.close();
    const reason =
      failureReason(error, absolute, LEDGER_SETTING) ?? (error instanceof Error ? error.message : String(error));
    const next = isDamage(error) ? `; ${LEDGER_DAMAGE_ADVICE}` : "";
    return failed(
      isDamage(error) ? "damaged" : "cannot_open",
      `Cannot open the spend ledger ${absolute}: ${reason}${next}`,
    );
  }
}

function problemOf(
  db: Database,
  migrations: readonly string[],
  path: string,
  mode: "read" | "write",
): OpenResult | undefined {
  const version = versionOf(db);
  if (version > migrations.length) {
    return failed(
      "newer_schema",
      `The spend ledger ${path} has schema ${version}, this program knows up to ${migrations.length}: use a newer litellm-pulse, or another ${LEDGER_SETTING}`,
    );
  }
  const tables = new Set(
    db
      .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => name),
  );
  if (tables.size > 0 && !tables.has("sheet")) {
    return failed(
      "foreign",
      `The database ${path} is not a spend ledger and is left alone: set ${LEDGER_SETTING} to another file`,
    );
  }
  if (mode === "read" && version === 0) {
    return failed("missing", `The spend ledger ${path} holds nothing yet: run litellm-pulse sync or import first`);
  }
  return undefined;
}

function failed(
  reason: Extract<OpenResult, { kind: "failed" }>["failure"]["reason"],
  message: string,
): Extract<OpenResult, { kind: "failed" }> {
  return { kind: "failed", failure: { reason, message } };
}
