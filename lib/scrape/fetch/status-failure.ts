import { type Failed, failed } from "../failure.ts";
import { redactUrl } from "../redact-url.ts";
import type { Authorization } from "./request.ts";

/** The redirect that led away from the origin that credentials are for. */
export type LeftOrigin = { readonly from: URL; readonly withheld: Exclude<Authorization["kind"], "none"> };

/** An answer that is neither 200 nor a redirect, and what is known about how it came. */
export type Refusal = {
  readonly status: number;
  /** The request as it may be shown: `GET http://…`. */
  readonly tried: string;
  /** The URL that gave the answer. */
  readonly url: URL;
  readonly sent: Authorization["kind"];
  readonly leftOrigin: LeftOrigin | undefined;
  /** Takes every secret out of a foreign text. */
  readonly scrub: (text: string) => string;
};

const HINTS: ReadonlyMap<number, string> = new Map([
  [
    404,
    'LiteLLM serves its metrics only with the prometheus callback on (callbacks: ["prometheus"] in litellm_settings); else the path in LITELLM_PULSE_METRICS_URL is wrong: it is /metrics/',
  ],
  [405, "Check the path in LITELLM_PULSE_METRICS_URL: it is /metrics/"],
  [407, "The proxy in HTTP_PROXY or HTTPS_PROXY wants credentials; hosts in NO_PROXY are asked without it"],
  [500, "LiteLLM's own log says why"],
  [502, "A proxy answered in LiteLLM's place: is LiteLLM up?"],
  [503, "LiteLLM or the proxy before it is not ready: is LiteLLM up?"],
  [504, "A proxy gave up waiting for LiteLLM: is LiteLLM up?"],
]);

/** An answer with another status than 200, and that is no redirect, as a failure. */
export function statusFailure(refusal: Refusal): Failed {
  const { status, tried } = refusal;
  if (status === 401 || status === 403) {
    return failed("unauthorized", `${tried} was refused with status ${status}`, unauthorizedHint(refusal));
  }
  return failed("http_status", `${tried} was answered with status ${status}`, HINTS.get(status));
}

function unauthorizedHint({ leftOrigin, sent, url, scrub }: Refusal): string {
  if (leftOrigin !== undefined) {
    const what = leftOrigin.withheld === "key" ? "The key was" : "User name and password were";
    const instead = scrub(redactUrl(settableUrl(leftOrigin.from, url)));
    return `${what} not sent on, because a redirect left the origin ${leftOrigin.from.origin}; if you trust it, set LITELLM_PULSE_METRICS_URL to ${instead}`;
  }
  switch (sent) {
    case "key":
      return "LITELLM_PULSE_METRICS_API_KEY must be LiteLLM's master key or a key that may read its metrics";
    case "password":
      return "Check user name and password in LITELLM_PULSE_METRICS_URL; LiteLLM itself wants LITELLM_PULSE_METRICS_API_KEY";
    case "none":
      return "Set LITELLM_PULSE_METRICS_API_KEY: LiteLLM 1.85 and newer want a key, unless require_auth_for_metrics_endpoint is false";
    default:
      return sent satisfies never;
  }
}

/**
 * What to set so that no redirect is needed: where the redirect ended. A LiteLLM behind a TLS proxy that does not
 * know of it redirects from https to http on the same host: then the same path over https, so that no key goes in clear.
 */
function settableUrl(from: URL, to: URL): string {
  const lostTls = from.protocol === "https:" && to.protocol === "http:" && from.hostname === to.hostname;
  return lostTls ? new URL(to.pathname + to.search, from).href : to.href;
}
