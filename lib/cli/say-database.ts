import { DAMAGE_ADVICE } from "../store/open/database.ts";
import { failureReason, isDamage } from "../store/open/failure-reason.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { say } from "./say.ts";

/** Tells why a database or a ledger cannot be opened: there is none, so no data, or it cannot be used. */
export function sayStoreFailure(
  io: Io,
  { reason, message }: { readonly reason: string; readonly message: string },
): ExitCode {
  say(io, message);
  return reason === "missing" ? EXIT.noData : EXIT.database;
}

/** Tells what SQLite or the file system could not do with a database; what is neither's is thrown again. */
export function sayDatabaseError(io: Io, tried: string, path: string, error: unknown): ExitCode {
  const reason = failureReason(error, path);
  if (reason === undefined) throw error;
  say(io, `${tried} ${path}: ${reason}${isDamage(error) ? `; ${DAMAGE_ADVICE}` : ""}`);
  return EXIT.database;
}
