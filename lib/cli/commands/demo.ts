import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createZone } from "../../aggregator/zone.ts";
import { candidateNames } from "../../config/metric-names.ts";
import { type ResolvedConfig, resolveConfig } from "../../config/resolve.ts";
import { createSimulatedLiteLLM } from "../../demo/litellm.ts";
import { serveSimulatedLiteLLM } from "../../demo/serve.ts";
import { openForWriting } from "../../store/database.ts";
import { bookPast } from "../demo-history.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { serve } from "./serve.ts";

const SCRAPE_INTERVAL_SECONDS = "5";
/** The simulated proxy has been up, and was watched, for this long when the demo begins. */
const PAST_MS = 30 * 86_400_000;
const PAST_STEP_MS = 2 * 3_600_000;

/** `demo`: `serve` beside a simulated LiteLLM, on a database that is removed at the end. */
export async function demo(resolved: ResolvedConfig, _options: object, io: Io): Promise<ExitCode> {
  const litellm = createSimulatedLiteLLM({
    seed: io.now(),
    now: io.now,
    startedAt: io.now() - PAST_MS,
    buckets: 0,
    details: true,
  });
  const simulated = serveSimulatedLiteLLM({ litellm, port: 0, now: io.now, traffic: true });
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-demo-"));
  try {
    io.err(`This is a demo: a simulated LiteLLM answers at ${simulated.metricsUrl}, its numbers are made up\n`);
    const { host, port } = resolved.config;
    io.err(`Open http://${host === "0.0.0.0" ? "localhost" : host}:${port}/api/v1/metrics, end with Ctrl-C\n`);
    const simulation = resolveConfig({
      flags: new Map<string, string | boolean>([
        ["metricsUrl", simulated.metricsUrl],
        ["dbPath", join(folder, "demo.db")],
        ["scrapeInterval", SCRAPE_INTERVAL_SECONDS],
        ["host", host],
        ["port", String(port)],
        ["timezone", resolved.config.timezone],
        ["logLevel", resolved.config.logLevel],
        ["logFormat", resolved.config.logFormat],
        ...(resolved.config.apiKey === undefined ? [] : ([["apiKey", resolved.config.apiKey]] as const)),
      ]),
      env: {},
      readFile: io.readFile,
    });
    if (simulation.kind === "invalid") throw new TypeError(simulation.message);
    const { config } = simulation;
    const opened = openForWriting(config.dbPath);
    if (opened.kind === "failed") {
      io.err(`litellm-pulse: ${opened.failure.message}\n`);
      return EXIT.database;
    }
    const zone = createZone(config.timezone);
    const { metricsUrl: url, maxLabelValues: maxValues } = config;
    const past = { from: io.now() - PAST_MS, to: io.now(), stepMs: PAST_STEP_MS };
    bookPast(opened.db, litellm, { url, names: candidateNames(config), zone, maxValues }, past);
    opened.db.close();
    return await serve(simulation, {}, io);
  } finally {
    await simulated.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
