/** So long work goes on before everything else has a turn. */
const TURN_MS = 10;

/** Lets every other work of the process have its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Does the steps of a generator to its end, and lets other work through in between. */
export async function inTurns<Result>(steps: Generator<unknown, Result>): Promise<Result> {
  let until = performance.now() + TURN_MS;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + TURN_MS;
  }
}
