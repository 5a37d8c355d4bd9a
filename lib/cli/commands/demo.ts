import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createZone } from "../../aggregator/zone.ts";
import { candidateNames } from "../../config/metric-names.ts";
import { type Config, type ResolvedConfig, resolveConfig } from "../../config/resolve.ts";
import { createSimulatedLiteLLM } from "../../demo/litellm.ts";
import { serveSimulatedLiteLLM } from "../../demo/serve.ts";
import { openForWriting } from "../../store/database.ts";
import { failureReason } from "../../store/failure-reason.ts";
import { bookPast } from "../demo-history.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { say, sayStoreFailure } from "../say.ts";
import { serve } from "./serve.ts";

const SCRAPE_INTERVAL_SECONDS = "5";
/** The simulated proxy has been up, and was watched, for this long when the demo begins. */
const PAST_MS = 30 * 86_400_000;

/** `demo`: `serve` beside a simulated LiteLLM, on a database that is removed at the end. */
export async function demo(resolved: ResolvedConfig, _options: object, io: Io): Promise<ExitCode> {
  const signal = io.stopSignal();
  const startedAt = io.now() - PAST_MS;
  const litellm = createSimulatedLiteLLM({ seed: io.now(), now: io.now, startedAt, buckets: 0, details: true });
  const simulated = serveSimulatedLiteLLM({ litellm, port: 0, now: io.now, traffic: true });
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), "litellm-pulse-demo-"));
    io.err(`This is a demo: a simulated LiteLLM answers at ${simulated.metricsUrl}, its numbers are made up\n`);
    const simulation = settingsOfDemo(resolved.config, simulated.metricsUrl, join(folder, "demo.db"), io);
    const { config } = simulation;
    const opened = openForWriting(config.dbPath);
    if (opened.kind === "failed") return sayStoreFailure(io, opened.failure);
    const { metricsUrl: url, maxLabelValues: maxValues } = config;
    await bookPast(
      opened.db,
      litellm,
      { url, names: candidateNames(config), zone: createZone(config.timezone), maxValues },
      { from: startedAt, to: io.now(), signal },
    );
    opened.db.close();
    if (signal.aborted) return EXIT.done;
    const onListening = (at: string) =>
      io.err(`Open ${at.replace("//0.0.0.0:", "//localhost:")}/api/v1/metrics, end with Ctrl-C\n`);
    return await serve(simulation, { onListening }, { ...io, stopSignal: () => signal });
  } catch (error) {
    const reason = failureReason(error);
    if (reason === undefined) throw error;
    say(io, `Cannot use a database in the temporary folder ${tmpdir()} (TMPDIR): ${reason}`);
    return EXIT.database;
  } finally {
    await simulated.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** The user's settings of server, log and time, with the simulated LiteLLM and the demo's own database. */
function settingsOfDemo(config: Config, metricsUrl: string, dbPath: string, io: Io): ResolvedConfig {
  const { host, port, timezone, logLevel, logFormat, apiKey } = config;
  const flags = new Map<string, string | boolean>(
    Object.entries({ host, port: String(port), timezone, logLevel, logFormat, metricsUrl, dbPath }),
  );
  flags.set("scrapeInterval", SCRAPE_INTERVAL_SECONDS);
  if (apiKey !== undefined) flags.set("apiKey", apiKey);
  const simulation = resolveConfig({ flags, env: {}, readFile: io.readFile });
  if (simulation.kind === "invalid") throw new TypeError(simulation.message);
  return simulation;
}
