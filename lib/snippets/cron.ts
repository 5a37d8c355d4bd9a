import type { Part } from "./place.ts";

const MINUTES = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];

/** A line for `crontab -e`. Every setting stands in it, as cron starts programs with next to no environment. */
export const CRON: readonly Part[] = [
  {
    name: "line",
    help: "one line, for crontab -e",
    text: (place) =>
      `${timesOf(place.scrapeIntervalSeconds)} ${[
        setting("LITELLM_PULSE_METRICS_URL", place.metricsUrl),
        setting("LITELLM_PULSE_TIMEZONE", place.timezone),
        setting("LITELLM_PULSE_DB_PATH", place.dbPath),
        ...(place.hasMetricsKey ? ["LITELLM_PULSE_METRICS_API_KEY_FILE=$HOME/.litellm-key"] : []),
        "LITELLM_PULSE_LOG_LEVEL=warning",
        `${cronWord(place.program)} scrape-once >/dev/null`,
      ].join(" ")}\n`,
  },
];

/** The rhythm of cron that is nearest to an interval, and not shorter. */
function timesOf(seconds: number): string {
  const minutes = MINUTES.find((each) => each * 60 >= seconds);
  if (minutes === undefined) return "0 * * * *";
  return minutes === 1 ? "* * * * *" : `*/${minutes} * * * *`;
}

function setting(name: string, text: string): string {
  return `${name}=${cronWord(text)}`;
}

/** A word of a shell command in a crontab, where a percent sign ends the command unless it is escaped, quoted or not. */
function cronWord(text: string): string {
  const quoted = /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return quoted.replaceAll("%", "\\%");
}
