import { expect, test } from "bun:test";
import { createRetries } from "../../../../lib/cli/ledger/sync/retries.ts";
import { createLogger } from "../../../../lib/cli/logger.ts";

/** Retries whose waits end at once, on a clock that goes on by what they wait for. */
function openRetries() {
  let now = 1_000_000;
  const lines: string[] = [];
  const stopped = AbortSignal.abort();
  const write = (line: string) => {
    lines.push(line);
    now += 1000 * Number(/again in ([\d.]+) s/.exec(line)?.[1]);
  };
  const log = createLogger({ level: "info", format: "text", write, now: () => now, scrub: (text) => text });
  const retries = createRetries(() => now, log, stopped);
  const waits = async () => {
    lines.length = 0;
    while (await retries.wait("It is away"));
    return lines.map((line) => Number(/It is away; trying again in ([\d.]+) s/.exec(line)?.[1]));
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { retries, waits, pass };
}

test("something that is away is tried again for a minute, with longer and longer waits", async () => {
  const { waits } = openRetries();
  const all = await waits();
  expect(all.slice(0, 6)).toEqual([0.5, 1, 2, 4, 8, 8]);
  const sum = all.reduce((total, wait) => total + wait, 0);
  expect(sum).toBeLessThanOrEqual(60);
  expect(sum + 8).toBeGreaterThan(60);
});

test("the minute counts from when it was last there, however long ago everything began", async () => {
  const { retries, waits, pass } = openRetries();
  pass(600_000);
  expect(await waits()).toEqual([]);
  retries.renew();
  expect((await waits())[0]).toBe(0.5);
});
