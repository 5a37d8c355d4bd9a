import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePredecessor } from "./predecessor-file.ts";
import { statusMb } from "./process.ts";
import { startService } from "./service.ts";

/** What a take-over by `serve` took: seconds, the highest resident memory and the longest wait of a request meanwhile. */
export type TakeOverRun = {
  readonly seconds: number;
  readonly peakMb: number;
  readonly longestWaitMs: number;
  readonly fileMb: number;
};

/** Lets `serve` take over a predecessor's database of 90 days of minutes with 10 models, asking it all the while. */
export async function measureTakeOver(binary: string, path: string): Promise<TakeOverRun> {
  const fileMb = statSync(path).size / 1e6;
  const service = await startService(binary, {
    LITELLM_PULSE_METRICS_URL: "http://127.0.0.1:9/metrics/",
    LITELLM_PULSE_DB_PATH: path,
    LITELLM_PULSE_DB_RETENTION_DAYS: "-1",
  });
  const started = performance.now();
  let longestWaitMs = 0;
  for (;;) {
    const asked = performance.now();
    await (await fetch(`http://127.0.0.1:${service.port}/health/live`)).arrayBuffer();
    longestWaitMs = Math.max(longestWaitMs, performance.now() - asked);
    const history = await (await fetch(`http://127.0.0.1:${service.port}/api/v1/history?limit=1`)).json();
    // Until the file is there, answers come from memory.
    if (isFromFile(history)) break;
    await Bun.sleep(5);
  }
  const seconds = (performance.now() - started) / 1000;
  const peakMb = statusMb(service.pid, "VmHWM") ?? Number.NaN;
  await service.stop();
  return { seconds, peakMb, longestWaitMs, fileMb };
}

function isFromFile(history: unknown): boolean {
  return typeof history === "object" && history !== null && "source" in history && history.source === "sqlite";
}

/** Writes the file once and measures some rounds, each on a copy. */
async function main(binary: string, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-take-over-"));
  try {
    const original = join(folder, "original.db");
    writePredecessor(original, { days: 90, models: 10, until: Date.now() });
    for (let round = 0; round < rounds; round++) {
      const path = join(folder, `round-${round}.db`);
      copyFileSync(original, path);
      const { seconds, peakMb, longestWaitMs, fileMb } = await measureTakeOver(binary, path);
      process.stdout.write(
        `${fileMb.toFixed(0)} MB taken over in ${seconds.toFixed(1)} s, ${peakMb.toFixed(0)} MB, longest wait ${longestWaitMs.toFixed(0)} ms, new file ${(statSync(path).size / 1e6).toFixed(1)} MB\n`,
      );
      rmSync(path);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) await main(join(import.meta.dir, "../../dist/litellm-pulse"), Number(process.env["ROUNDS"] ?? 3));
