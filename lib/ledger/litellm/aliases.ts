import { rowsOf } from "../postgres/client.ts";
import type { LiteLLMDatabase } from "./database.ts";

const TIMEOUT_MS = 5000;

/** What a key is called; both are null for a key that is gone. */
export type KeyNames = { readonly alias: string | null; readonly name: string | null };

/** The names of virtual keys by their token; those that are gone are missing. */
export async function namesOfKeys(
  database: LiteLLMDatabase,
  tokens: readonly string[],
): Promise<ReadonlyMap<string, KeyNames>> {
  if (tokens.length === 0) return new Map();
  const rows = await database.read("LiteLLM_VerificationToken", TIMEOUT_MS, (sql) =>
    rowsOf(
      sql,
      `SELECT token, key_alias, key_name FROM "LiteLLM_VerificationToken"
       WHERE token IN (SELECT jsonb_array_elements_text($1::text::jsonb))`,
      [JSON.stringify(tokens)],
    ),
  );
  return new Map(
    (rows ?? []).map((row) => [
      String(row["token"]),
      { alias: textOrNull(row["key_alias"]), name: textOrNull(row["key_name"]) },
    ]),
  );
}

/** The alias of every team by its id; null for a team without one. Undefined where the database has no teams. */
export async function aliasesOfTeams(
  database: LiteLLMDatabase,
): Promise<ReadonlyMap<string, string | null> | undefined> {
  const rows = await database.read("LiteLLM_TeamTable", TIMEOUT_MS, (sql) =>
    rowsOf(sql, `SELECT team_id, team_alias FROM "LiteLLM_TeamTable"`),
  );
  return rows === undefined
    ? undefined
    : new Map(rows.map((row) => [String(row["team_id"]), textOrNull(row["team_alias"])]));
}

/** Whether a user administers a team: by its `members_with_roles`, or the older list of admins. */
export async function administersTeam(database: LiteLLMDatabase, user: string, team: string): Promise<boolean> {
  const rows = await database.read("LiteLLM_TeamTable", TIMEOUT_MS, (sql, columns) => {
    const { members, admins } = { members: "members_with_roles", admins: "admins" };
    const known = columns("LiteLLM_TeamTable");
    const byRole = known.has(members)
      ? `members_with_roles @> jsonb_build_array(jsonb_build_object('user_id', $2::text, 'role', 'admin'))`
      : "false";
    const byList = known.has(admins) ? "$2::text = ANY (admins)" : "false";
    return rowsOf(sql, `SELECT 1 FROM "LiteLLM_TeamTable" WHERE team_id = $1 AND (${byRole} OR ${byList})`, [
      team,
      user,
    ]);
  });
  return (rows ?? []).length > 0;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
