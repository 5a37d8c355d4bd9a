import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { ledgerMigrations } from "../../../lib/ledger/schema/migrations.ts";
import { sqliteView } from "../../../lib/ledger/sql/sqlite/view.ts";
import { migrate, switchToWal } from "../../../lib/store/open/migrate.ts";
import { temporaryFolder } from "../../support/api.ts";

test("a snapshot of a file shows one state however long it lasts, and the version changes meanwhile", async () => {
  using temporary = temporaryFolder();
  const writer = new Database(temporary.path, { create: true, strict: true });
  switchToWal(writer);
  migrate(writer, ledgerMigrations("sqlite"));
  const open = () => new Database(temporary.path, { readonly: true, strict: true });
  const view = sqliteView(open(), open());
  const count = "SELECT COUNT(*) AS n FROM text";
  const before = await view.version();
  const seen = await view.snapshot(async (sql) => {
    const first = await sql.rows(count);
    writer.run("INSERT INTO text (text) VALUES ('new')");
    return [first, await sql.rows(count), await view.version(), await view.sql.rows(count)];
  });
  expect(seen).toEqual([[{ n: 1 }], [{ n: 1 }], expect.not.stringMatching(new RegExp(`^${before}$`)), [{ n: 2 }]]);
  expect(await view.snapshot((sql) => sql.rows(count))).toEqual([{ n: 2 }]);
  await expect(view.snapshot((sql) => sql.rows("SELECT nothing"))).rejects.toThrow();
  expect(await view.snapshot((sql) => sql.rows(count))).toEqual([{ n: 2 }]);
  await view.close();
  writer.close();
});
