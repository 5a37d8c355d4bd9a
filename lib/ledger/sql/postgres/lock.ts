const OURS = 0x6c_70_75_6c;

/** What a process may lock for itself among all that use one ledger. */
export type LockPurpose = "schema" | "turn" | "wish";

/** The two numbers of an advisory lock as SQL writes them: what for, and which ledger of the database. */
export function lockKey(purpose: LockPurpose, schema: string): string {
  const ours = { schema: OURS, turn: OURS + 1, wish: OURS + 2 }[purpose];
  return `${ours}, ${Bun.hash.crc32(schema) | 0}`;
}
