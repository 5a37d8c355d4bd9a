import { copyFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { writePredecessor } from "./predecessor-file.ts";
import { statusMb } from "./process.ts";
import { startService } from "./service.ts";

/** What a take-over by `serve` took, and the longest wait of a request meanwhile. */
type TakeOverRun = { readonly seconds: number; readonly peakMb: number; readonly longestWaitMs: number };

/** Lets `serve` take over a predecessor's database of 90 days of minutes with 10 models, a new copy of it each round. */
export async function measureTakeOvers(
  binary: string,
  folder: string,
  rounds: number,
): Promise<{ readonly runs: readonly TakeOverRun[]; readonly fileMb: number }> {
  const original = join(folder, "predecessor.db");
  writePredecessor(original, { days: 90, models: 10, until: Date.now() });
  const runs: TakeOverRun[] = [];
  for (let round = 0; round < rounds; round++) {
    const path = join(folder, `take-over-${round}.db`);
    copyFileSync(original, path);
    runs.push(await measure(binary, path));
    rmSync(path);
  }
  return { runs, fileMb: statSync(original).size / 1e6 };
}

async function measure(binary: string, path: string): Promise<TakeOverRun> {
  const service = await startService(binary, {
    LITELLM_PULSE_METRICS_URL: "http://127.0.0.1:9/metrics/",
    LITELLM_PULSE_DB_PATH: path,
    LITELLM_PULSE_DB_RETENTION_DAYS: "-1",
  });
  const started = performance.now();
  const url = `http://127.0.0.1:${service.port}`;
  let longestWaitMs = 0;
  for (let isDone = false; !isDone; ) {
    const asked = performance.now();
    await (await fetch(`${url}/health/live`)).arrayBuffer();
    longestWaitMs = Math.max(longestWaitMs, performance.now() - asked);
    await Bun.sleep(20);
    // Until the file is there, answers come from memory.
    isDone = (await (await fetch(`${url}/api/v1/history?limit=0`)).text()).includes('"sqlite"');
  }
  const seconds = (performance.now() - started) / 1000;
  const peakMb = statusMb(service.pid, "VmHWM") ?? Number.NaN;
  await service.stop();
  return { seconds, peakMb, longestWaitMs };
}
