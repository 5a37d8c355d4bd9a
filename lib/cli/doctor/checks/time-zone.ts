import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "time zone";

/** Days that begin at UTC's midnight are the most common surprise where the machine lives elsewhere. */
export function checkTimeZone({ resolved, hostZone }: Facts): Finding[] {
  const { timezone } = resolved.config;
  const message = `Days begin at midnight in ${timezone}`;
  const isChosen = resolved.sources.get("timezone") !== "default";
  if (isChosen || hostZone === timezone || isUtc(hostZone)) return [{ about, level: "ok", message }];
  return [
    {
      about,
      level: "note",
      message: `${message}, and this machine is in ${hostZone}`,
      hint: `Set LITELLM_PULSE_TIMEZONE=${hostZone}`,
    },
  ];
}

function isUtc(zone: string): boolean {
  return /^(Etc\/)?(UTC|UCT|GMT|Universal|Zulu|Greenwich)$/.test(zone);
}
