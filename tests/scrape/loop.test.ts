import { describe, expect, test } from "bun:test";
import { runLoop } from "../../lib/scrape/loop.ts";

const INTERVAL = 60_000;
const START = Date.parse("2026-11-21T12:00:13.500Z");

/** Runs a loop on a clock that jobs and sleep move; `job` gives the duration of each run, by its number. */
async function run(
  runs: number,
  job: (index: number, clock: { now: number }) => number | Promise<number> = () => 0,
): Promise<{ starts: number[]; sleeps: number[] }> {
  const clock = { now: START };
  const stop = new AbortController();
  const starts: number[] = [];
  const sleeps: number[] = [];
  let running = 0;
  await runLoop(
    async () => {
      expect(++running).toBe(1);
      starts.push(clock.now - START);
      clock.now += await job(starts.length - 1, clock);
      running -= 1;
      if (starts.length === runs) stop.abort();
    },
    {
      intervalMs: INTERVAL,
      now: () => clock.now,
      signal: stop.signal,
      async sleep(ms) {
        expect(running).toBe(0);
        sleeps.push(ms);
        clock.now += ms;
      },
    },
  );
  return { starts, sleeps };
}

describe("the loop", () => {
  test("runs at once and then every interval", async () => {
    expect((await run(4)).starts).toEqual([0, 60_000, 120_000, 180_000]);
  });

  test("keeps to its grid however long a job takes", async () => {
    const { starts } = await run(5, (index) => [100, 59_999, 1, 30_000, 0][index] ?? 0);
    expect(starts).toEqual([0, 60_000, 120_000, 180_000, 240_000]);
  });

  test.each([
    [60_000, [0, 60_000, 120_000]],
    [60_001, [0, 120_000, 180_000]],
    [150_000, [0, 180_000, 240_000]],
    [3_600_000, [0, 3_600_000, 3_660_000]],
  ])("skips moments of the grid after a job of %d ms, and never catches up", async (duration, starts) => {
    expect((await run(3, (index) => (index === 0 ? duration : 0))).starts).toEqual(starts);
  });

  test("never sleeps for longer than an interval, nor for less than nothing", async () => {
    const jumps = [0, -86_400_000, 5_000, 86_400_123, -1, 59_000, -3_600_000, 0];
    const { sleeps } = await run(jumps.length, (index) => jumps[index] ?? 0);
    for (const ms of sleeps) {
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(INTERVAL);
    }
  });

  test("begins a new grid when the clock was set back", async () => {
    const { sleeps } = await run(4, (index) => (index === 1 ? -10_000_000 : 0));
    expect(sleeps).toEqual([INTERVAL, INTERVAL, INTERVAL, INTERVAL]);
  });

  test("does not run at all when it is stopped before", async () => {
    let runs = 0;
    await runLoop(async () => void runs++, {
      intervalMs: 1,
      now: () => 0,
      sleep: async () => {},
      signal: AbortSignal.abort(),
    });
    expect(runs).toBe(0);
  });

  test("ends after the sleep in which it was stopped, without another run", async () => {
    const stop = new AbortController();
    let runs = 0;
    await runLoop(async () => void runs++, {
      intervalMs: 1,
      now: () => 0,
      sleep: async () => stop.abort(),
      signal: stop.signal,
    });
    expect(runs).toBe(1);
  });

  test("passes a bug on", () => {
    const bug = () => run(2, () => Promise.reject(new TypeError("a bug")));
    expect(bug()).rejects.toThrow("a bug");
  });
});
