import type { PostgresAddress } from "./address.ts";

/** Why the source gave nothing, as one line free of secrets. */
export type SourceFailure = {
  /** `away`: it may come back by itself. `refused`: somebody has to do something. */
  readonly reason: "away" | "refused";
  readonly message: string;
};

/** PostgreSQL's own codes (SQLSTATE) of a server that is not ready or has dropped us. */
const AWAY = /^(08|53|57P|40001|40P01|25006|58)/;
/** Codes of sockets, of the resolver and of the client. */
const NO_CONNECTION =
  /^(E[A-Z_]+|ENOTFOUND|CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|ERR_SOCKET_[A-Z_]+|UND_ERR_.*)$/;

/** What a failure advises: the setting that holds the address, and what our role needs there. */
export type FailureAdvice = { readonly setting: string; readonly rights: string };

const SOURCE_ADVICE: FailureAdvice = {
  setting: "LITELLM_PULSE_DATABASE_URL",
  rights: "needs SELECT on the columns to be read",
};

/** What an error of the client means for a reader of one line; bugs of ours are thrown again. */
export function sourceFailure(
  error: unknown,
  address: PostgresAddress,
  { setting, rights }: FailureAdvice = SOURCE_ADVICE,
): SourceFailure {
  if (!(error instanceof Error)) throw error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const at = `PostgreSQL at ${address.label}`;
  const said = withoutSecrets(error.message, address);
  if (NO_CONNECTION.test(code)) {
    return { reason: "away", message: `${at} cannot be reached: ${said || code}` };
  }
  if (!/^[0-9A-Z]{5}$/.test(code)) throw error;
  switch (code) {
    case "28P01":
    case "28000":
      return refused(`${at} refuses user ${JSON.stringify(address.user)}: ${said}; check ${setting}`);
    case "3D000":
      return refused(`${at}: ${said}; check ${setting}`);
    case "42501":
      return refused(`${at}: ${said}; role ${JSON.stringify(address.user)} ${rights}`);
    case "57014":
      return { reason: "away", message: `${at} cancelled a statement: ${said}` };
    case "42P01":
    case "42703":
      return { reason: "away", message: `${at}: ${said}; the table was changed while it was read` };
    default:
      return { reason: AWAY.test(code) ? "away" : "refused", message: `${at} answered: ${said} (${code})` };
  }
}

function refused(message: string): SourceFailure {
  return { reason: "refused", message };
}

function withoutSecrets(text: string, { password }: PostgresAddress): string {
  const line = text.replace(/\s*[\r\n]+\s*/g, " ").trim();
  return password === "" ? line : line.replaceAll(password, "***").replaceAll(encodeURIComponent(password), "***");
}
