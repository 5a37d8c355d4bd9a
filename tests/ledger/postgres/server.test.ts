import { expect, test } from "bun:test";
import { openDatabase } from "../../support/postgres.ts";

test.each(["schema.sql", "schema-newest.sql"] as const)("LiteLLM's %s loads into a real server", async (schema) => {
  await using database = await openDatabase({ schema });
  const [row] = await database.sql`SELECT count(*)::int AS rows FROM "LiteLLM_SpendLogs"`;
  expect(row).toEqual({ rows: 0 });
});
