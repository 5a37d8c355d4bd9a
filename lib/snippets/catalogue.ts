import { COMPOSE } from "./compose.ts";
import { CRON } from "./cron.ts";
import { GRAFANA } from "./grafana.ts";
import { HOME_ASSISTANT } from "./home-assistant.ts";
import { HOMEPAGE } from "./homepage.ts";
import type { Part } from "./place.ts";
import { PROMETHEUS } from "./prometheus.ts";
import { SYSTEMD } from "./systemd.ts";

/** Every snippet by its name; what is printed without the name of a part is the first. */
export const SNIPPETS: ReadonlyMap<string, readonly Part[]> = new Map([
  ["homepage", HOMEPAGE],
  ["homeassistant", HOME_ASSISTANT],
  ["compose", COMPOSE],
  ["systemd", SYSTEMD],
  ["cron", CRON],
  ["prometheus", PROMETHEUS],
  ["grafana", GRAFANA],
]);
