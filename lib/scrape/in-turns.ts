import { createPause } from "../ledger/pause.ts";

/** Does the steps of a generator to its end, and lets other work of the process go first in between. */
export async function inTurns<Result>(steps: Generator<unknown, Result>): Promise<Result> {
  const pause = createPause();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await pause();
  }
}
