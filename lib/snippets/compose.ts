import type { Part, Place } from "./place.ts";
import { fileText, indented, yamlText } from "./yaml.ts";

const IMAGE = "litellm-pulse:latest";
/** Inside a container these mean the container itself. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const HOST = "host.docker.internal";

/** The service with everything that it does not need taken away. */
export const COMPOSE: readonly Part[] = [
  { name: "service", help: "the service and its volume, for compose.yaml", text: composeText },
];

function composeText(place: Place): string {
  const { port, timezone, scrapeIntervalSeconds } = place;
  const { url, isHost } = fromInside(place.metricsUrl);
  return fileText(
    [`make image builds ${IMAGE}; put the name here under which you have published it`, ...secretComments(place)],
    [
      "services:",
      "  litellm-pulse:",
      ...indented(2, [
        `image: ${IMAGE}`,
        "container_name: litellm-pulse",
        "restart: unless-stopped",
        "read_only: true",
        "cap_drop: [ALL]",
        "security_opt: [no-new-privileges:true]",
        "environment:",
        ...indented(1, [
          `LITELLM_PULSE_METRICS_URL: ${value(url)}`,
          `LITELLM_PULSE_SCRAPE_INTERVAL: ${value(String(scrapeIntervalSeconds))}`,
          `LITELLM_PULSE_TIMEZONE: ${value(timezone)}`,
          ...(place.basePath === "" ? [] : [`LITELLM_PULSE_BASE_PATH: ${value(place.basePath)}`]),
          ...(place.hasMetricsKey ? [fromEnvironment("LITELLM_PULSE_METRICS_API_KEY")] : []),
          ...(place.hasApiKey ? [fromEnvironment("LITELLM_PULSE_API_KEY")] : []),
        ]),
        "ports:",
        `  - "${port}:8000"`,
        "volumes:",
        "  - litellm-pulse-data:/app/data",
        ...(isHost ? ["extra_hosts:", `  - "${HOST}:host-gateway"`] : []),
      ]),
      "",
      "volumes:",
      "  litellm-pulse-data:",
    ],
  );
}

/** A metrics URL as a container has to write it. */
function fromInside(metricsUrl: string): { readonly url: string; readonly isHost: boolean } {
  const url = URL.parse(metricsUrl);
  if (url === null || !LOOPBACK.test(url.hostname)) return { url: metricsUrl, isHost: false };
  url.hostname = HOST;
  return { url: url.href, isHost: true };
}

/** A text that Compose does not take for one with variables. */
function value(text: string): string {
  return yamlText(text.replaceAll("$", "$$$$"));
}

function fromEnvironment(name: string): string {
  return `${name}: ${yamlText(`\${${name}:?set it in .env}`)}`;
}

function secretComments({ metricsUrl }: Place): string[] {
  return metricsUrl.includes("***@") ? ["*** stands for the user and password of LiteLLM's address"] : [];
}
