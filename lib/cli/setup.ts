import { createZone, type Zone } from "../aggregator/zone.ts";
import { maskUrl, quoted } from "../config/mask.ts";
import { candidateNames } from "../config/metric-names.ts";
import type { Config, ResolvedConfig } from "../config/resolve.ts";
import type { MetricNames } from "../litellm/reading.ts";
import type { PageTarget } from "../scrape/fetch/fetch-page.ts";
import { scrubber } from "../scrape/redact-url.ts";
import type { PageSource, ScrapeJob } from "../scrape/run-scrape.ts";
import type { Io } from "./io.ts";
import { createLogger, type Logger } from "./logger.ts";
import { keyWarning } from "./scrape/key-warning.ts";
import { VERSION } from "./version.ts";

/** What serve and scrape-once make of the settings. */
export type Setup = {
  readonly zone: Zone;
  readonly names: MetricNames;
  /** The configured URL as it may be shown. */
  readonly source: string;
  readonly log: Logger;
  job(source: PageSource, signal?: AbortSignal): ScrapeJob;
};

export type SetupResult =
  | { readonly kind: "ready"; readonly setup: Setup }
  | { readonly kind: "invalid"; readonly message: string };

/** Makes the parts that a scrape needs from the settings, and logs the settings' warnings. */
export function createSetup({ config, warnings }: ResolvedConfig, io: Io): SetupResult {
  const log = loggerOf(config, io);
  for (const warning of warnings) log.warning(warning);
  const unprotected = keyWarning(config);
  if (unprotected !== undefined) log.warning(unprotected);
  const ca = readCa(config, io);
  if (ca.kind === "invalid") return ca;
  const zone = createZone(config.timezone);
  const names = candidateNames(config);
  const target: PageTarget = {
    url: config.metricsUrl,
    apiKey: config.metricsApiKey,
    verifySsl: config.verifySsl,
    ca: ca.pem,
    timeoutMs: config.scrapeTimeout * 1000,
  };
  return {
    kind: "ready",
    setup: {
      zone,
      names,
      source: maskUrl(config.metricsUrl),
      log,
      job: (source, signal) => ({
        source,
        target,
        names,
        zone,
        maxValues: config.maxLabelValues,
        version: VERSION,
        now: io.now,
        ...(signal ? { signal } : {}),
      }),
    },
  };
}

/** The logger of the settings; keys and the password of the URL never pass it. */
function loggerOf(config: Config, io: Io): Logger {
  const scrub = secretScrubber(config);
  return createLogger({ level: config.logLevel, format: config.logFormat, write: io.err, now: io.now, scrub });
}

/** Takes the keys and the password of the URL out of a text. */
export function secretScrubber(config: Config): (text: string) => string {
  const { metricsApiKey, apiKey, ingestKey, metricsUrl, databaseUrl, ledgerUrl } = config;
  const urls = [metricsUrl, databaseUrl ?? "", ledgerUrl ?? ""];
  return scrubber([metricsApiKey, apiKey, ingestKey, ...urls.flatMap(passwordsOf)]);
}

/** The password of a URL as it is written there and as it is meant. */
function passwordsOf(url: string): string[] {
  const password = URL.parse(url)?.password ?? "";
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password]; // A lone percent sign is meant as it is written.
  }
}

/** The authorities that are trusted instead of the system's, as PEM text; undefined where none are set. */
export function readCa(config: Config, io: Io) {
  if (config.caFile === undefined) return { kind: "read", pem: undefined } as const;
  try {
    return { kind: "read", pem: io.readFile(config.caFile) } as const;
  } catch {
    const message = `LITELLM_PULSE_CA_FILE is ${quoted(config.caFile)}, expected a PEM file that can be read`;
    return { kind: "invalid", message } as const;
  }
}

/** Whether LiteLLM's metrics are wanted: whoever gives a source of request logs and no page wants the ledger only. */
export function scrapes({ config, sources }: ResolvedConfig): boolean {
  return config.databaseUrl === undefined || sources.get("metricsUrl") !== "default";
}
