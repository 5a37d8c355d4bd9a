import { expect, test } from "bun:test";
import { createBell } from "../../../../lib/cli/ledger/sync/bell.ts";

const LONG_MS = 3_600_000;

test("a ring ends a rest, one during a round leaves out the next rest, and several are one", async () => {
  const bell = createBell();
  const { signal } = new AbortController();
  const resting = bell.rest(LONG_MS, signal);
  bell.ring();
  await resting;
  bell.ring();
  bell.ring();
  await bell.rest(LONG_MS, signal);
  let hasEnded = false;
  const next = bell.rest(LONG_MS, signal).then(() => {
    hasEnded = true;
  });
  await bell.rest(0, signal);
  expect(hasEnded).toBe(false);
  bell.ring();
  await next;
});

test("a stop ends a rest", async () => {
  const stop = new AbortController();
  const resting = createBell().rest(LONG_MS, stop.signal);
  stop.abort();
  await resting;
  expect(stop.signal.aborted).toBe(true);
});
