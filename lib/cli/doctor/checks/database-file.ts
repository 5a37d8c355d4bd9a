import { ageText } from "../../../report/age-text.ts";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "database";

/** Which file it is, whether it can be read, and what its newest pages had to say. */
export function checkDatabaseFile({ database, now }: Facts): Finding[] {
  const { path, opened } = database;
  if (opened.kind === "failed") {
    const { reason, message } = opened.failure;
    if (!opened.isThere) {
      return [
        {
          about,
          level: "note",
          message: `There is none yet at ${path}`,
          hint: "litellm-pulse serve or scrape-once makes it",
        },
      ];
    }
    // A new file and the predecessor's are fine: the next scrape takes care of both.
    if (reason === "missing") return [{ about, level: "note", message }];
    return [{ about, level: "problem", exit: "database", message }];
  }
  const { bytes, newestPageAt, notes } = opened;
  const newest = newestPageAt === undefined ? "no scrape yet" : `newest scrape ${ageText(now - newestPageAt)}`;
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    { about, level: "ok", message: `The database is ${path} (${size}, ${newest})` },
    ...notes.map(
      (message): Finding => ({
        about,
        level: "problem",
        exit: "unreachable",
        message: `Of the newest scrapes: ${message}`,
      }),
    ),
  ];
}
