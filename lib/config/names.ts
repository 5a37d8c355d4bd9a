/** What the name of every environment variable of ours begins with. */
export const ENV_PREFIX = "LITELLM_PULSE_";

/** `metricsUrl` -> `LITELLM_PULSE_METRICS_URL`. */
export function envName(key: string): string {
  return ENV_PREFIX + key.replace(/[A-Z]/g, "_$&").toUpperCase();
}

/** `metricsUrl` -> `--metrics-url`; commander derives the same key from it again. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, "-$&").toLowerCase()}`;
}

/** `--verify-ssl` -> `--no-verify-ssl`. */
export function negatedFlag(flag: string): string {
  return `--no-${flag.slice(2)}`;
}

/** Variable that names a file which holds the value of a secret: `X` -> `X_FILE`. */
export function fileEnvName(env: string): string {
  return `${env}_FILE`;
}

/** `failed_requests` -> `metricFailedRequests`. */
export function metricSettingKey(metric: string): string {
  return `metric_${metric}`.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
