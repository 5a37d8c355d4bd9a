import { join } from "node:path";
import { atMost, type Bench } from "./bench.ts";
import { UNSCRAPED } from "./litellm.ts";
import { median } from "./process.ts";
import { startService } from "./service.ts";

const ASKED = 20;
const DAY_MS = 86_400_000;

/** Asks a ledger for the usage of windows, each of which was never asked before. */
export async function measureUsage({ binary, folder, show }: Bench, ledger: string): Promise<void> {
  const service = await startService(binary, {
    ...UNSCRAPED,
    LITELLM_PULSE_LEDGER_PATH: ledger,
    LITELLM_PULSE_DB_PATH: join(folder, "usage.db"),
  });
  const ask = async (path: string): Promise<number> => {
    const asked = performance.now();
    const answer = await fetch(service.url + path);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return performance.now() - asked;
  };
  const whole = await ask("/usage");
  const aggregate = await ask("/aggregate");
  const date = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
  const windows: number[] = [];
  for (let shorter = 0; shorter < ASKED; shorter++) {
    windows.push(await ask(`/usage?start=${date(90 - shorter)}&end=${date(0)}`));
  }
  await service.stop();
  show(
    "GET /usage of 70 to 90 days, each window for the first time",
    [atMost(50, median(windows), "ms")],
    `of everything, as the first answer of the process ${whole.toFixed(0)} ms; /aggregate ${aggregate.toFixed(0)} ms`,
  );
}
