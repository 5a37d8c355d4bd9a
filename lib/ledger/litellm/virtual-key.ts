import { rowsOf } from "../postgres/client.ts";
import type { LiteLLMDatabase } from "./database.ts";

const TIMEOUT_MS = 5000;

/** What LiteLLM knows of a virtual key. `role` is that of its user; undefined where either is missing. */
export type VirtualKey = {
  readonly isBlocked: boolean;
  /** UTC milliseconds; undefined for a key that never expires. */
  readonly expiresAt: number | undefined;
  readonly userId: string | undefined;
  readonly role: string | undefined;
};

/** Looks a key up by the SHA-256 of its text, in lower-case hex; undefined where there is none. */
export async function findVirtualKey(database: LiteLLMDatabase, token: string): Promise<VirtualKey | undefined> {
  const rows = await database.read("LiteLLM_VerificationToken", TIMEOUT_MS, (sql, columns) => {
    const hasUsers = columns("LiteLLM_UserTable").has("user_role");
    return rowsOf(
      sql,
      `SELECT key.blocked IS TRUE AS blocked, extract(epoch FROM key.expires)::float8 * 1000 AS expires, key.user_id AS user_id,
         ${hasUsers ? `(SELECT owner.user_role FROM "LiteLLM_UserTable" AS owner WHERE owner.user_id = key.user_id)` : "NULL"} AS role
       FROM "LiteLLM_VerificationToken" AS key WHERE key.token = $1`,
      [token],
    );
  });
  const [row] = rows ?? [];
  if (row === undefined) return undefined;
  return {
    isBlocked: row["blocked"] === true,
    expiresAt: typeof row["expires"] === "number" ? row["expires"] : undefined,
    userId: textOf(row["user_id"]),
    role: textOf(row["role"]),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
