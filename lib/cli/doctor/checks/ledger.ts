import { ageText } from "../../../report/age-text.ts";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "ledger";

/** Whether the log of requests may be read, and where the spend ledger lies; nothing where neither was ever wanted. */
export function checkLedger(facts: Facts): Finding[] {
  return [...sourceFindings(facts), ...placeFindings(facts)];
}

function sourceFindings({ ledger: { source } }: Facts): Finding[] {
  if (source === undefined) return [];
  if (source.kind === "failed") return [{ about, level: "problem", exit: "unreachable", message: source.message }];
  const message = `${source.table} of ${source.place} may be read`;
  return [
    { about, level: "ok", message },
    ...source.notes.map((note): Finding => ({ about, level: "note", message: note })),
  ];
}

function placeFindings({ ledger: { opened, source }, resolved, now }: Facts): Finding[] {
  const { ledgerPath, ledgerUrl } = resolved.config;
  const both: Finding[] =
    ledgerPath === undefined || ledgerUrl === undefined
      ? []
      : [
          {
            about,
            level: "note",
            message: "LITELLM_PULSE_LEDGER_PATH has no effect, as LITELLM_PULSE_LEDGER_URL is set, too",
            hint: "Unset the one that is not meant",
          },
        ];
  if (opened.kind === "open") {
    const { place, foldedAt } = opened;
    const age = foldedAt === undefined ? "nothing folded yet" : `folded ${ageText(now - foldedAt)}`;
    return [...both, { about, level: "ok", message: `The spend ledger is ${place} (${age})` }];
  }
  if (opened.reason !== "missing")
    return [...both, { about, level: "problem", exit: "database", message: opened.message }];
  const isWanted = source !== undefined || ledgerPath !== undefined || ledgerUrl !== undefined;
  return isWanted ? [...both, { about, level: "note", message: opened.message }] : both;
}
