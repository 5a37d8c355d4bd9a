import type { Config } from "../../config/resolve.ts";

const LOCAL_HOST = /^(localhost|[^.:]+|.*\.(local|lan|internal|home\.arpa|localhost))$/i;
/** An address, as URL writes them. */
const ADDRESS = /^(\[.*\]|\d+\.\d+\.\d+\.\d+)$/;
const PRIVATE_ADDRESS =
  /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[(::1|f[cd][0-9a-f]{2}:|fe80:))/i;

/** What to say when LiteLLM's key crosses a network unprotected; undefined where it does not. */
export function keyWarning(config: Pick<Config, "metricsUrl" | "metricsApiKey" | "verifySsl">): string | undefined {
  const url = URL.parse(config.metricsUrl);
  if (config.metricsApiKey === undefined || url === null) return undefined;
  if (isLocal(url.hostname)) return undefined;
  if (url.protocol === "http:") return `The LiteLLM key is sent to ${url.host} over plain HTTP: use an https address`;
  if (config.verifySsl) return undefined;
  return `The LiteLLM key is sent to ${url.host} without verifying its certificate: set LITELLM_PULSE_VERIFY_SSL=true, and LITELLM_PULSE_CA_FILE if the authority is your own`;
}

/** What to say when our own key crosses a network unprotected on its way to a running `serve`. */
export function serverKeyWarning(url: URL, apiKey: string | undefined): string | undefined {
  if (apiKey === undefined || url.protocol !== "http:" || isLocal(url.hostname)) return undefined;
  return `LITELLM_PULSE_API_KEY is sent to ${url.host} over plain HTTP: use an https address`;
}

/** Whether a host lies in the own network: by its address, or by a name that only a local network knows. */
function isLocal(hostname: string): boolean {
  return (ADDRESS.test(hostname) ? PRIVATE_ADDRESS : LOCAL_HOST).test(hostname);
}
