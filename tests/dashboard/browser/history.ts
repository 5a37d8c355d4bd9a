import { createZone } from "../../../lib/aggregator/zone.ts";
import { bookPage, DAY, HOUR, MINUTE, openDatabase } from "../../support/api.ts";

/** A model's name that would be a script if anybody took it for markup. */
export const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>'"&amp;`;

const MODELS = ["gpt-4o", "claude-sonnet-4", HOSTILE, "llama-3.3"];
const TEAMS = ["Homelab", "Work"];
const PAST_DAYS = 20;

/** LiteLLM's page after so many rounds of requests, each model and team with its own share. */
export function pageAfter(rounds: number, startedAt: number): string {
  const quoted = (text: string) => `"${text.replace(/[\\"]/g, "\\$&")}"`;
  const lines = MODELS.flatMap((model, index) =>
    TEAMS.flatMap((team, place) => {
      const labels = `model=${quoted(model)},requested_model=${quoted(model)},team_alias="${team}",api_key_alias="key-${place}"`;
      const weight = (MODELS.length - index) * (place + 1) * rounds;
      return [
        `litellm_proxy_total_requests_metric_total{${labels}} ${weight}`,
        `litellm_spend_metric_total{${labels}} ${weight * 0.0125}`,
        `litellm_total_tokens_metric_total{${labels}} ${weight * 100}`,
        `litellm_input_tokens_metric_total{${labels}} ${weight * 80}`,
        `litellm_output_tokens_metric_total{${labels}} ${weight * 20}`,
      ];
    }),
  );
  return `${lines.join("\n")}\nprocess_start_time_seconds ${startedAt}\n`;
}

/**
 * Books three weeks of such pages up to a minute ago, every twelve hours with a gap of four days in which there was a
 * restart, and every twenty minutes in the last hours. Gives the rounds and the start of LiteLLM's process at the end.
 */
export function bookHistory(
  path: string,
  url: string,
  zone: string,
): { readonly rounds: number; readonly startedAt: number } {
  const db = openDatabase(path);
  db.run("PRAGMA synchronous = OFF");
  const now = Date.now() - MINUTE;
  const moments: number[] = [];
  for (let at = now - PAST_DAYS * DAY; at < now - 6 * HOUR; at += 12 * HOUR) {
    if (at < now - 9 * DAY || at > now - 5 * DAY) moments.push(at);
  }
  for (let at = now - 6 * HOUR; at <= now; at += 20 * MINUTE) moments.push(at);
  let rounds = 0;
  let startedAt = Math.floor((now - 30 * DAY) / 1000);
  for (const at of moments) {
    const hasRestarted = at > now - 5 * DAY && startedAt < (now - 6 * DAY) / 1000;
    if (hasRestarted) startedAt = Math.floor((now - 6 * DAY) / 1000);
    rounds = hasRestarted ? 1 : rounds + 1;
    bookPage(db, pageAfter(rounds, startedAt), { at, url, zone: createZone(zone) });
  }
  db.close();
  return { rounds, startedAt };
}
