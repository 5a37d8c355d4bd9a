import { type SensorClasses, sensorClasses } from "../litellm/home-assistant.ts";
import type { CounterName } from "../litellm/metrics.ts";
import type { Part, Place } from "./place.ts";
import { fileText, indented, yamlText } from "./yaml.ts";

/** Home Assistant asks no source oftener by default. */
const LEAST_INTERVAL_SECONDS = 30;
const SECRET = "litellm_pulse_authorization";

/** The counters that get a sensor for each window, and what a person calls them. */
const COUNTERS: readonly (readonly [CounterName, string])[] = [
  ["cost", "cost"],
  ["requests", "requests"],
  ["failed_requests", "failed requests"],
  ["tokens", "tokens"],
];
const WINDOWS = [
  ["day", "today"],
  ["week", "this week"],
  ["month", "this month"],
  ["lifetime", "lifetime"],
] as const;

type Sensor = Partial<SensorClasses> & {
  readonly name: string;
  readonly id: string;
  /** Path of the value in the answer. */
  readonly value: string;
  /** The window whose `last_reset` becomes an attribute, which is where the recorder looks for it. */
  readonly window?: string;
  readonly isAlways?: boolean;
};

/** The `rest:` block: one request for all sensors. */
export const HOME_ASSISTANT: readonly Part[] = [
  { name: "rest", help: "sensors with long-term statistics, for configuration.yaml", text: restText },
];

function restText(place: Place): string {
  const interval = Math.max(LEAST_INTERVAL_SECONDS, Math.ceil(place.scrapeIntervalSeconds));
  const comments = [
    "A day's last cents, spent between the last poll and midnight, are on the lifetime sensors only: use these for sums",
    ...(place.hasApiKey ? [`secrets.yaml needs ${SECRET}: "Bearer <the value of LITELLM_PULSE_API_KEY>"`] : []),
  ];
  return fileText(comments, [
    "rest:",
    `  - resource: ${yamlText(`${place.url}/api/v1/homeassistant`)}`,
    ...indented(2, [
      `scan_interval: ${interval}`,
      "timeout: 10",
      ...(place.hasApiKey ? ["headers:", `  Authorization: !secret ${SECRET}`] : []),
      "sensor:",
      ...indented(1, sensors().flatMap(sensorLines)),
      "binary_sensor:",
      ...indented(1, [
        "- name: LiteLLM Pulse up",
        "  unique_id: litellm_pulse_up",
        "  device_class: connectivity",
        `  value_template: ${yamlText("{{ value_json.up }}")}`,
      ]),
    ]),
  ]);
}

function sensors(): Sensor[] {
  const counters = WINDOWS.flatMap(([window, words]) =>
    COUNTERS.map(([counter, name]) => ({
      name: `LiteLLM ${name} ${words}`,
      id: `${counter}_${window}`,
      value: `${window}.${counter}`,
      window,
      ...sensorClasses(counter, window === "lifetime"),
    })),
  );
  return [
    ...counters,
    {
      name: "LiteLLM prompt cache today",
      id: "input_cached_pct_day",
      value: "day.input_cached_pct",
      unit_of_measurement: "%",
      state_class: "measurement",
    },
    {
      name: "LiteLLM in flight",
      id: "in_flight_requests",
      value: "now.in_flight_requests",
      unit_of_measurement: "requests",
      state_class: "measurement",
    },
    { name: "LiteLLM Pulse status", id: "status", value: "status", isAlways: true },
  ];
}

function sensorLines({ name, id, value, window, isAlways, ...classes }: Sensor): string[] {
  return [
    `- name: ${name}`,
    ...indented(1, [
      `unique_id: litellm_pulse_${id}`,
      `value_template: ${yamlText(`{{ value_json.${value} }}`)}`,
      // Older releases know no value_json here; numbers that are not there must not be taken for 0.
      ...(isAlways ? [] : [`availability: ${yamlText("{{ value_json is not defined or value_json.available }}")}`]),
      ...Object.entries(classes).map(([key, text]) => `${key}: ${yamlText(text)}`),
      ...(window === undefined
        ? []
        : [`json_attributes_path: ${yamlText(`$.${window}`)}`, "json_attributes:", "  - last_reset"]),
    ]),
  ];
}
