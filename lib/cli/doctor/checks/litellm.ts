import type { ScrapeFailure } from "../../../scrape/failure.ts";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "LiteLLM";

/** URL and path, name server, TLS, key: whether a page comes at all. */
export function checkLiteLLM({ page, resolved }: Facts): Finding[] {
  switch (page.kind) {
    case "not_asked":
      return [];
    case "not_scraped": {
      const message =
        "Its metrics are not scraped, as LITELLM_PULSE_DATABASE_URL is set and LITELLM_PULSE_METRICS_URL is not";
      return [{ about, level: "ok", message }];
    }
    case "failed": {
      const { message, hint } = explained(
        page.failure,
        page.withoutKey,
        resolved.sources.get("metricsUrl") === "default",
      );
      return [{ about, level: "problem", exit: "unreachable", message, ...(hint === undefined ? {} : { hint }) }];
    }
    case "read": {
      const bytes = page.reads[0]?.page.bytes ?? 0;
      const message = `${page.source} gives a page of ${Math.ceil(bytes / 1000)} kB`;
      if (!/\/metrics$/.test(URL.parse(resolved.config.metricsUrl)?.pathname ?? ""))
        return [{ about, level: "ok", message }];
      const hint = "Set LITELLM_PULSE_METRICS_URL to the same with a slash at its end";
      return [{ about, level: "note", message: `${message}, by way of a redirect that may cost the key`, hint }];
    }
    default:
      return page satisfies never;
  }
}

/** The failure of a scrape, with what only doctor knows of it. */
function explained(
  failure: ScrapeFailure,
  withoutKey: ScrapeFailure | undefined,
  isDefaultUrl: boolean,
): ScrapeFailure {
  if (withoutKey?.reason === "unauthorized") {
    return {
      ...failure,
      message: `${failure.message}, while without the key it is refused at once: the key is right, and LiteLLM 1.82 never answers it`,
      hint: "Use a newer LiteLLM, or set require_auth_for_metrics_endpoint: false in its litellm_settings",
    };
  }
  if (failure.reason === "unreachable" && isDefaultUrl) {
    const hint =
      "LITELLM_PULSE_METRICS_URL is not set, and its default is for a container beside LiteLLM: try LITELLM_PULSE_METRICS_URL=http://localhost:4000/metrics/";
    return { ...failure, hint };
  }
  return failure;
}
