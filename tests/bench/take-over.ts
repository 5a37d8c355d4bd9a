import { copyFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { atMost, type Bench } from "./bench.ts";
import { NOBODY, scraping } from "./litellm.ts";
import { writePredecessor } from "./predecessor-file.ts";
import { median, statusMb } from "./process.ts";
import { startService } from "./service.ts";

/** What a take-over by `serve` took, and the longest wait of a request meanwhile. */
type TakeOverRun = { readonly seconds: number; readonly peakMb: number; readonly longestWaitMs: number };

const ROUNDS = 3;

/** Lets `serve` take over a predecessor's database of 90 days of minutes with 10 models, a new copy of it each round. */
export async function measureTakeOver({ binary, folder, show }: Bench): Promise<void> {
  const original = join(folder, "predecessor.db");
  writePredecessor(original, { days: 90, models: 10, until: Date.now() });
  const runs: TakeOverRun[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const path = join(folder, `take-over-${round}.db`);
    copyFileSync(original, path);
    runs.push(await takeOver(binary, path));
    rmSync(path);
  }
  const middle = (value: (one: TakeOverRun) => number) => median(runs.map(value));
  show(
    `taking over a predecessor's database of ${(statSync(original).size / 1e6).toFixed(0)} MB, once`,
    [
      atMost(
        15,
        middle((one) => one.seconds),
        "s",
      ),
    ],
    `${middle((one) => one.peakMb).toFixed(0)} MB, longest wait of a request ${middle((one) => one.longestWaitMs).toFixed(0)} ms`,
  );
}

async function takeOver(binary: string, path: string): Promise<TakeOverRun> {
  const service = await startService(binary, {
    ...scraping(NOBODY, path),
    LITELLM_PULSE_DB_RETENTION_DAYS: "-1",
  });
  const started = performance.now();
  let longestWaitMs = 0;
  for (let isDone = false; !isDone; ) {
    const asked = performance.now();
    await (await fetch(`${service.url}/health/live`)).arrayBuffer();
    longestWaitMs = Math.max(longestWaitMs, performance.now() - asked);
    await Bun.sleep(20);
    // Until the file is there, answers come from memory.
    isDone = (await (await fetch(`${service.url}/api/v1/history?limit=0`)).text()).includes('"sqlite"');
  }
  const seconds = (performance.now() - started) / 1000;
  const peakMb = statusMb(service.pid, "VmHWM") ?? Number.NaN;
  await service.stop();
  return { seconds, peakMb, longestWaitMs };
}
