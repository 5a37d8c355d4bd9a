import { endsInWrite, stopInWrite } from "../write-ahead-log.ts";
import type { Kill } from "./plan.ts";

const LONGEST_MS = 5000;

/** Who is to be struck in the middle of a write may write no further than its kill says. */
export function prepareStrike(kill: Kill | undefined, pids: readonly number[], path: string): void {
  if (kill?.kind === "in the write") for (const pid of pids) stopInWrite(pid, path, kill.bytes);
}

/** Waits for the moment of a kill; one in the write comes after a while also where nothing was cut off. */
export async function momentOf(kill: Kill, path: string, hasEnded: () => boolean): Promise<void> {
  if (kill.kind === "after") await Bun.sleep(kill.ms);
  else {
    const end = performance.now() + LONGEST_MS;
    while (!endsInWrite(path) && !hasEnded() && performance.now() < end) await Bun.sleep(1);
  }
}
