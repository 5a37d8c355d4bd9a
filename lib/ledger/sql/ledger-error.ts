/** Why a ledger in PostgreSQL gave nothing: its message is one line for a person, free of secrets. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
  /** `away`: it may come back by itself. `refused`: somebody has to do something. */
  readonly reason: "away" | "refused";
  /** PostgreSQL's own code; undefined where none came. */
  readonly sqlState: string | undefined;

  constructor(message: string, { reason, sqlState }: { reason: "away" | "refused"; sqlState?: string | undefined }) {
    super(message);
    this.reason = reason;
    this.sqlState = sqlState;
  }
}
