import type { Part, Place } from "./place.ts";
import { fileText, indented, yamlText } from "./yaml.ts";

const KEY_FILE = "/etc/prometheus/litellm-pulse.key";
/** Prometheus asks for it a few times between two of our scrapes, and not without end. */
const LEAST_INTERVAL_SECONDS = 15;
/** Missed scrapes after which somebody should look. */
const STALE_AFTER_INTERVALS = 5;
const LEAST_STALE_SECONDS = 300;
const DAY_LIMIT_USD = 10;

type Rule = { readonly alert: string; readonly expr: string; readonly for?: string; readonly summary: string };

/** A scrape configuration of our own `/metrics`, and alerts over it. */
export const PROMETHEUS: readonly Part[] = [
  { name: "scrape", help: "scrape_configs, for prometheus.yml", text: scrapeText },
  { name: "rules", help: "alerts, for a file under rule_files", text: rulesText },
];

function scrapeText({ url, hasApiKey, scrapeIntervalSeconds }: Place): string {
  const { protocol, host, pathname } = new URL(url);
  const interval = Math.max(LEAST_INTERVAL_SECONDS, Math.round(scrapeIntervalSeconds));
  const path = `${pathname.replace(/\/$/, "")}/metrics`;
  return fileText(hasApiKey ? [`${KEY_FILE} holds the value of LITELLM_PULSE_API_KEY`] : [], [
    "scrape_configs:",
    "  - job_name: litellm-pulse",
    ...indented(2, [
      `scrape_interval: ${interval}s`,
      ...(protocol === "https:" ? ["scheme: https"] : []),
      ...(path === "/metrics" ? [] : [`metrics_path: ${yamlText(path)}`]),
      ...(hasApiKey ? ["authorization:", `  credentials_file: ${KEY_FILE}`] : []),
      "static_configs:",
      `  - targets: [${yamlText(host)}]`,
    ]),
  ]);
}

function rulesText(place: Place): string {
  const lines = rules(place).flatMap(({ alert, expr, for: duration, summary }) => [
    `- alert: ${alert}`,
    `  expr: ${expr}`,
    ...(duration === undefined ? [] : [`  for: ${duration}`]),
    "  labels:",
    "    severity: warning",
    "  annotations:",
    `    summary: ${yamlText(summary)}`,
  ]);
  return fileText([], ["groups:", "  - name: litellm-pulse", "    rules:", ...indented(3, lines)]);
}

function rules({ scrapeIntervalSeconds }: Place): readonly Rule[] {
  const staleAfter = Math.max(LEAST_STALE_SECONDS, Math.round(STALE_AFTER_INTERVALS * scrapeIntervalSeconds));
  return [
    {
      alert: "LiteLLMPulseDown",
      expr: 'up{job="litellm-pulse"} == 0',
      for: "5m",
      summary: "LiteLLM Pulse does not answer",
    },
    {
      alert: "LiteLLMSpendStale",
      expr: `time() - litellm_pulse_last_success_timestamp_seconds > ${staleAfter}`,
      for: "1m",
      summary: "LiteLLM's metrics have not been read for {{ $value | humanizeDuration }}",
    },
    {
      alert: "LiteLLMSpendNotBooked",
      expr: 'increase(litellm_pulse_scrapes_total{result="unbooked"}[15m]) > 0',
      summary: "The database of LiteLLM Pulse does not take what is scraped",
    },
    {
      alert: "LiteLLMSpendToday",
      expr: `sum(litellm_pulse_window_cost_usd{window="day"}) > ${DAY_LIMIT_USD}`,
      summary: 'LiteLLM has spent {{ $value | printf "%.2f" }} USD today',
    },
    {
      alert: "LiteLLMFailures",
      expr: "sum(rate(litellm_pulse_failed_requests_total[15m])) / sum(rate(litellm_pulse_requests_total[15m])) > 0.1",
      for: "10m",
      summary: "LiteLLM answers {{ $value | humanizePercentage }} of the requests with an error",
    },
  ];
}
