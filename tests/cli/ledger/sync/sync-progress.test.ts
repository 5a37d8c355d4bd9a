import { describe, expect, test } from "bun:test";
import { createSyncProgress, progressLine } from "../../../../lib/cli/ledger/sync/sync-progress.ts";

describe("the progress of a sync", () => {
  test.each([
    [{ rows: 250_000, daysDone: 1, days: 90 }, 1_000_000, 10_000, "250,000 rows, 25,000 rows/s, 25 %, 30 s left"],
    [{ rows: 10, daysDone: 30, days: 90 }, -1, 600_000, "10 rows, 0 rows/s, 33 %, 20 min left"],
    [{ rows: 5000, daysDone: 0, days: 0 }, -1, 1000, "5,000 rows, 5,000 rows/s"],
    [{ rows: 2_000_000, daysDone: 90, days: 90 }, 1_000_000, 10_000, "2,000,000 rows, 200,000 rows/s, 99 %, 1 s left"],
  ])("of %j of %d rows after %d ms reads %s", (step, estimated, elapsedMs, line) => {
    expect(progressLine(step, estimated, elapsedMs)).toBe(line);
  });

  test("is a line written over on a terminal and taken off at the end, and plain lines now and then in a log", () => {
    for (const isTerminal of [true, false]) {
      let now = 0;
      const written: string[] = [];
      const logged: string[] = [];
      const options = {
        isTerminal,
        now: () => now,
        write: (text: string) => written.push(text),
        log: (line: string) => logged.push(line),
      };
      const progress = createSyncProgress(options);
      for (; now < 10_000; now += 100) progress.step({ rows: now, daysDone: 0, days: 0 }, 10_000);
      progress.end();
      expect(logged.length).toBe(isTerminal ? 0 : 2);
      expect(written.length).toBe(isTerminal ? 46 : 0);
      if (isTerminal) expect(written.at(-1)).toBe("\r\u001b[K");
    }
  });

  test("is that of the run, however long it had to wait for its turn", () => {
    let now = 0;
    const logged: string[] = [];
    const log = (line: string) => logged.push(line);
    const progress = createSyncProgress({ isTerminal: false, now: () => now, write: log, log });
    now = 60_000;
    progress.begin();
    progress.step({ rows: 10, daysDone: 0, days: 0 }, 1000);
    now = 70_000;
    progress.step({ rows: 500, daysDone: 0, days: 0 }, 1000);
    expect(logged).toEqual(["500 rows, 50 rows/s, 50 %, 10 s left"]);
  });

  test("of a run that is over within a second is nothing", () => {
    const said: string[] = [];
    const say = (text: string) => said.push(text);
    const progress = createSyncProgress({ isTerminal: true, now: () => 0, write: say, log: say });
    progress.step({ rows: 1, daysDone: 0, days: 1 }, 1);
    progress.end();
    expect(said).toEqual([]);
  });
});
