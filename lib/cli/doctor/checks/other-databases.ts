import { ageText } from "../../../report/age-text.ts";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

/** Databases in other usual places: a relative path means another file from another folder. */
export function checkOtherDatabases({ database, now }: Facts): Finding[] {
  return database.others.map(({ path, bytes, writtenAt }) => ({
    about: "other files",
    level: "note",
    message: `There is another database at ${path} (${(bytes / 1e6).toFixed(1)} MB, written ${ageText(now - writtenAt)}), which is not used`,
    hint: `LITELLM_PULSE_DB_PATH=${path} would use it`,
  }));
}
