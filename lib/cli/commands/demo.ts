import type { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createZone } from "../../aggregator/zone.ts";
import { candidateNames } from "../../config/metric-names.ts";
import { type Config, type ResolvedConfig, resolveConfig } from "../../config/resolve.ts";
import { createSimulatedLiteLLM, type SimulatedLiteLLM } from "../../demo/litellm.ts";
import { serveSimulatedLiteLLM } from "../../demo/serve.ts";
import { SIMULATED_PATH } from "../../litellm/simulated.ts";
import { forgoDurability, openForWriting } from "../../store/open/database.ts";
import { failureReason } from "../../store/open/failure-reason.ts";
import { bookPast } from "../demo-history.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { say } from "../say.ts";
import { sayStoreFailure } from "../say-database.ts";
import { serve } from "./serve.ts";

const SCRAPE_INTERVAL_SECONDS = "5";
/** The simulated proxy has been up, and was watched, for this long when the demo begins. */
const PAST_MS = 30 * 86_400_000;

/** `demo`: `serve` beside a simulated LiteLLM, on a database that is removed at the end. */
export async function demo(resolved: ResolvedConfig, _options: object, io: Io): Promise<ExitCode> {
  const signal = io.stopSignal();
  const startedAt = io.now() - PAST_MS;
  const litellm = createSimulatedLiteLLM({ seed: io.now(), now: io.now, startedAt, buckets: 0, details: true });
  const folder = makeFolder(io);
  if (folder === undefined) return EXIT.database;
  const simulated = serveSimulatedLiteLLM({ litellm, port: 0, now: io.now });
  try {
    const metricsUrl = `${simulated.url}${SIMULATED_PATH}`;
    tell(io, `a simulated LiteLLM answers at ${metricsUrl}, and every number is made up`);
    const simulation = settingsOfDemo(resolved.config, metricsUrl, join(folder, "demo.db"), io);
    const { config } = simulation;
    const opened = openForWriting(config.dbPath);
    if (opened.kind === "failed") return sayStoreFailure(io, opened.failure);
    let at = "";
    const prepare = async () => {
      const began = io.now();
      await bookPastOf(opened.db, litellm, config, { from: startedAt, to: began, signal });
      if (signal.aborted) return;
      // From here on requests happen; before, a page had to be one of the past.
      simulated.traffic = true;
      tell(io, `a month of history is there, made in ${((io.now() - began) / 1000).toFixed(1)} s`);
      for (const line of whatToTry(at, config)) io.err(`${line}\n`);
    };
    const onListening = (url: string) => {
      at = url.replace("//0.0.0.0:", "//localhost:");
      tell(io, `${at}/ answers already, while a month of history is made up`);
    };
    return await serve(simulation, { onListening, prepare }, { ...io, stopSignal: () => signal });
  } catch (error) {
    const reason = failureReason(error);
    if (reason === undefined) throw error;
    say(io, `Cannot use a database in the temporary folder ${tmpdir()} (TMPDIR): ${reason}`);
    return EXIT.database;
  } finally {
    await simulated.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says something about the demo itself, so that nobody takes its numbers for real ones. */
function tell(io: Io, text: string): void {
  io.err(`This is a demo: ${text}\n`);
}

/** What a newcomer can type in another terminal, and how it ends. */
function whatToTry(url: string, { dbPath, timezone, apiKey }: Config): string[] {
  const header = apiKey === undefined ? "" : ' -H "Authorization: Bearer $LITELLM_PULSE_API_KEY"';
  return [
    "Try, in another terminal:",
    `  litellm-pulse report --month --db-path ${dbPath}${timezone === "UTC" ? "" : ` --timezone ${timezone}`}`,
    `  curl -s${header} "${url}/api/v1/usage?period=month&by=model,provider"`,
    `Open ${url}/ in a browser, end with Ctrl-C: the demo's database is removed then`,
  ];
}

function makeFolder(io: Io): string | undefined {
  try {
    return mkdtempSync(join(tmpdir(), "litellm-pulse-demo-"));
  } catch (error) {
    const reason = failureReason(error) ?? String(error);
    say(io, `Cannot make a temporary folder in ${tmpdir()}: ${reason}; set TMPDIR to one that may be written`);
    return undefined;
  }
}

async function bookPastOf(
  db: Database,
  litellm: SimulatedLiteLLM,
  config: Config,
  past: { readonly from: number; readonly to: number; readonly signal: AbortSignal },
): Promise<void> {
  forgoDurability(db);
  const { metricsUrl: url, maxLabelValues: maxValues, timezone } = config;
  try {
    await bookPast(db, litellm, { url, names: candidateNames(config), zone: createZone(timezone), maxValues }, past);
  } finally {
    db.close();
  }
}

/** The user's settings of server, log and time, with the simulated LiteLLM and the demo's own database. */
function settingsOfDemo(config: Config, metricsUrl: string, dbPath: string, io: Io): ResolvedConfig {
  const { host, port, basePath, timezone, logLevel, logFormat, apiKey } = config;
  const flags = new Map<string, string | boolean>(
    Object.entries({ host, port: String(port), basePath, timezone, logLevel, logFormat, metricsUrl, dbPath }),
  );
  flags.set("scrapeInterval", SCRAPE_INTERVAL_SECONDS);
  if (apiKey !== undefined) flags.set("apiKey", apiKey);
  const simulation = resolveConfig({ flags, env: {}, readFile: io.readFile });
  if (simulation.kind === "invalid") throw new TypeError(simulation.message);
  return simulation;
}
