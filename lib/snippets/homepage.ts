import type { Part, Place } from "./place.ts";
import { fileText, indented, yamlText } from "./yaml.ts";

const GROUP = "AI";
const NAME = "LiteLLM";
const ICON = "mdi-cash-multiple";
const DESCRIPTION = "What LiteLLM spends";
/** Homepage asks for every open tab; oftener than we scrape there is nothing new. */
const LEAST_REFRESH_MS = 10_000;
/** Homepage fills this in from its own environment, so that the key is in no file. */
const KEY_VARIABLE = "HOMEPAGE_VAR_LITELLM_PULSE_KEY";

/** A mapping as Homepage has it: `additionalField` is a second text at the end of a row. */
type Mapping = { readonly label: string; readonly field: string; readonly second?: string };

/** A block shows four tiles and no more. */
const TILES: readonly Mapping[] = [
  { label: "Today", field: "cost_today_text" },
  { label: "This month", field: "cost_month_text" },
  { label: "Month's end", field: "cost_month_forecast_text" },
  { label: "Tokens today", field: "tokens_today_text" },
];
const ROWS: readonly Mapping[] = [
  { label: "Spent today", field: "cost_today_text", second: "cost_change_pct_today_text" },
  { label: "Spent this week", field: "cost_week_text", second: "cost_change_pct_week_text" },
  { label: "Spent this month", field: "cost_month_text", second: "cost_change_pct_month_text" },
  { label: "Month's end", field: "cost_month_forecast_text" },
  { label: "Requests today", field: "requests_today_text" },
  { label: "Tokens today", field: "tokens_today_text" },
  { label: "Failed today", field: "failed_pct_today_text" },
  { label: "In flight", field: "in_flight_requests_text" },
];

/** Four tiles, a list with the change to the period before, the costliest models, and the tiles as Docker labels. */
export const HOMEPAGE: readonly Part[] = [
  {
    name: "block",
    help: "four tiles, for services.yaml",
    text: (place) => service(place, "", ["mappings:", ...indented(1, TILES.flatMap(mappingLines))]),
  },
  {
    name: "list",
    help: "a list with the change to the period before, for services.yaml",
    text: (place) => service(place, "list", ["mappings:", ...indented(1, ROWS.flatMap(mappingLines))]),
  },
  {
    name: "models",
    help: "a dynamic list of the costliest models of the month, for services.yaml",
    text: (place) =>
      service(place, "dynamic-list", [
        "mappings:",
        ...indented(1, ["items: models_month", "name: summary", "label: name", "limit: 5"]),
      ]),
  },
  {
    name: "labels",
    help: "the four tiles as Docker labels of the container, for compose.yaml",
    text: (place) => fileText(keyComment(place), ["labels:", ...indented(1, labelLines(place))]),
  },
];

function service(place: Place, display: string, mappings: readonly string[]): string {
  return fileText(keyComment(place), [
    `- ${GROUP}:`,
    `    - ${NAME}:`,
    ...indented(4, [
      `icon: ${ICON}`,
      `href: ${yamlText(place.url)}`,
      `description: ${DESCRIPTION}`,
      "widget:",
      ...indented(1, [
        "type: customapi",
        `url: ${yamlText(widgetUrl(place))}`,
        `refreshInterval: ${refreshMs(place)}`,
        ...(place.hasApiKey ? ["headers:", `  Authorization: ${yamlText(authorization())}`] : []),
        ...(display === "" ? [] : [`display: ${display}`]),
        ...mappings,
      ]),
    ]),
  ]);
}

function mappingLines({ label, field, second }: Mapping): string[] {
  const lines = [`- label: ${label}`, `  field: ${field}`];
  return second === undefined ? lines : [...lines, "  additionalField:", `    field: ${second}`, "    color: theme"];
}

function labelLines(place: Place): string[] {
  const widget: readonly (readonly [string, string])[] = [
    ["type", "customapi"],
    ["url", widgetUrl(place)],
    ["refreshInterval", String(refreshMs(place))],
    ...(place.hasApiKey ? [["headers.Authorization", authorization()] as const] : []),
    ...TILES.flatMap(({ label, field }, index) => [
      [`mappings[${index}].label`, label] as const,
      [`mappings[${index}].field`, field] as const,
    ]),
  ];
  const labels: readonly (readonly [string, string])[] = [
    ["group", GROUP],
    ["name", NAME],
    ["icon", ICON],
    ["href", place.url],
    ["description", DESCRIPTION],
    ...widget.map(([name, value]) => [`widget.${name}`, value] as const),
  ];
  return labels.map(([name, value]) => `homepage.${name}: ${yamlText(value)}`);
}

function widgetUrl({ url }: Place): string {
  return `${url}/api/v1/homepage`;
}

function refreshMs({ scrapeIntervalSeconds }: Place): number {
  return Math.max(LEAST_REFRESH_MS, Math.round(scrapeIntervalSeconds * 1000));
}

function authorization(): string {
  return `Bearer {{${KEY_VARIABLE}}}`;
}

function keyComment({ hasApiKey }: Place): string[] {
  return hasApiKey ? [`Give Homepage ${KEY_VARIABLE} with the value of LITELLM_PULSE_API_KEY`] : [];
}
