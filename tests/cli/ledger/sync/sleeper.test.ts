import { expect, test } from "bun:test";
import { createSleeper } from "../../../../lib/cli/ledger/sync/sleeper.ts";

const LONG_MS = 3_600_000;

test("waking ends a sleep, during a round it leaves out the next one, and several times are as once", async () => {
  const sleeper = createSleeper();
  const { signal } = new AbortController();
  const sleeping = sleeper.sleep(LONG_MS, signal);
  sleeper.wake();
  await sleeping;
  sleeper.wake();
  sleeper.wake();
  await sleeper.sleep(LONG_MS, signal);
  let hasEnded = false;
  const next = sleeper.sleep(LONG_MS, signal).then(() => {
    hasEnded = true;
  });
  await sleeper.sleep(0, signal);
  expect(hasEnded).toBe(false);
  sleeper.wake();
  await next;
});

test("a stop ends a sleep", async () => {
  const stop = new AbortController();
  const sleeping = createSleeper().sleep(LONG_MS, stop.signal);
  stop.abort();
  await sleeping;
  expect(stop.signal.aborted).toBe(true);
});
