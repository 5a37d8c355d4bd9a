import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { ledgerMigrations } from "../../../lib/ledger/schema/migrations.ts";
import { openLedgerFile } from "../../../lib/store/open/open-ledger.ts";
import { temporaryPath } from "../../support/store.ts";

const MIGRATIONS = ledgerMigrations("sqlite");

function failureOf(path: string, mode: "read" | "write", migrations = MIGRATIONS) {
  const opened = openLedgerFile(path, migrations, mode);
  if (opened.kind === "open") throw new Error("It was opened");
  return opened.failure;
}

describe("the file of the ledger", () => {
  test("is made with its folder, and opened again for reading", () => {
    const path = `${temporaryPath()}/deep/ledger.db`;
    const made = openLedgerFile(path, MIGRATIONS, "write");
    if (made.kind === "failed") throw new Error(made.failure.message);
    made.db.close();
    const read = openLedgerFile(path, MIGRATIONS, "read");
    if (read.kind === "failed") throw new Error(read.failure.message);
    expect(read.db.query("SELECT COUNT(*) AS n FROM text").get()).toEqual({ n: 1 });
    read.db.close();
  });

  test("is never made by reading", () => {
    expect(failureOf(temporaryPath(), "read").reason).toBe("missing");
  });

  test("is left alone where it belongs to something else, is newer or is no database", () => {
    const foreign = temporaryPath();
    new Database(foreign).run("CREATE TABLE other (x)");
    expect(failureOf(foreign, "write").reason).toBe("foreign");
    const newer = temporaryPath();
    openLedgerFile(newer, [...MIGRATIONS, "CREATE TABLE later (x INT) STRICT"], "write");
    expect(failureOf(newer, "write").reason).toBe("newer_schema");
    const none = temporaryPath();
    writeFileSync(none, "no database at all, but long enough to be looked at as one by those who open it");
    expect(failureOf(none, "write")).toMatchObject({
      reason: "damaged",
      message: expect.stringContaining("move it away"),
    });
  });
});
