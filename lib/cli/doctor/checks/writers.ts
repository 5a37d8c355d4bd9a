import type { Facts, Holder } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "writers";

/** Who has the database open. One serve is as it should be; two count nothing twice, but one of them is not needed. */
export function checkWriters({ database }: Facts): Finding[] {
  const { holders, path } = database;
  const list = holders.map(named).join(" and ");
  const [first] = holders;
  if (first === undefined) return [];
  if (holders.length === 1) {
    if (isOurs(first)) return [{ about, level: "ok", message: `The database is open in ${list}` }];
    return [
      {
        about,
        level: "note",
        message: `Another program has the database open: ${list}`,
        hint: "End it if it holds a lock",
      },
    ];
  }
  const message = `${holders.length} processes have ${path} open: ${list}`;
  return [
    {
      about,
      level: "problem",
      exit: "database",
      message,
      hint: "Let one litellm-pulse serve have it, and end the others",
    },
  ];
}

function isOurs({ name }: Holder): boolean {
  return name === "litellm-pulse";
}

function named({ pid, name }: Holder): string {
  return `${name} (process ${pid})`;
}
