import { type Failed, failed } from "../failure.ts";
import { redactUrl } from "../redact-url.ts";
import { withoutCredentials } from "./request.ts";

const MAX_REDIRECTS = 5;
const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const HINT = "Set LITELLM_PULSE_METRICS_URL to the address of the page itself, as in http://litellm:4000/metrics/";

/** Whether a status sends on to the address in `Location`. */
export function isRedirect(status: number): boolean {
  return STATUSES.has(status);
}

/**
 * The URL that a redirect leads to, without credentials; a failure if there is none, if it is no http URL, was already
 * visited, or is one too many. `visited` holds the URLs asked so far, this one last.
 */
export function followRedirect(
  location: string | null,
  visited: readonly URL[],
  tried: string,
  scrub: (text: string) => string,
): { kind: "hop"; url: URL } | Failed {
  if (location === null || location.trim() === "") {
    return failed("redirect", `${tried} was redirected without saying where to`, HINT);
  }
  const parsed = URL.parse(location, visited.at(-1)?.href);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    return failed(
      "redirect",
      `${tried} was redirected to something that is not a web address: ${scrub(redactUrl(location))}`,
      HINT,
    );
  }
  const url = withoutCredentials(parsed);
  if (visited.some((earlier) => earlier.href === url.href)) {
    return failed("redirect", `${tried} was redirected in a circle, back to ${scrub(redactUrl(url.href))}`, HINT);
  }
  if (visited.length > MAX_REDIRECTS) {
    return failed(
      "redirect",
      `${tried} was redirected once more after ${MAX_REDIRECTS} redirects, to ${scrub(redactUrl(url.href))}`,
      HINT,
    );
  }
  return { kind: "hop", url };
}
