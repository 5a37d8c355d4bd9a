import type { Sandbox, Serving } from "../../support/binary.ts";
import type { SmallDisk } from "../../support/small-disk.ts";
import type { FakeClock } from "../fake-clock.ts";
import type { Tally } from "../tally.ts";
import { nextWrite, stopInWrite } from "../write-ahead-log.ts";
import { answerWith, type Door, halfAnswer } from "./door.ts";
import type { Kill, Step } from "./plan.ts";
import type { Readers } from "./readers.ts";
import type { HandedPage } from "./source.ts";

/** The first half of a page is with its reader by then; its moment is told by the booking, whatever it was. */
const HALF_MS = 60;
/** A booking writes about so many bytes. */
const MOST_WRITTEN = 12_000;
const PATIENT = "120";
const EXIT_CODES = { done: 0, unreachable: 4, database: 6 } as const;

export type Outcome = "done" | "killed";

/** The service and the cron jobs of a world: whoever scrapes. */
export type Scrapers = {
  /** The service's process, while there is one. */
  readonly pids: readonly number[];
  /** The running service; started where there is none. */
  service(): Promise<Serving>;
  endService(signal: NodeJS.Signals): Promise<void>;
  /** Hands a page to the service and waits until it is done with it, or kills it as the step says. */
  byService(step: Step, page: HandedPage): Promise<Outcome>;
  /** Runs a cron job and hands it a page; between the halves of the answer something else may happen. */
  byCron(step: Step, page: HandedPage, isDiskFull: boolean, between?: () => Promise<void>): Promise<Outcome>;
};

/** What scrapers need. */
export type ScrapersOptions = {
  readonly sandbox: Sandbox;
  readonly disk: SmallDisk;
  readonly door: Door;
  readonly clock: FakeClock;
  readonly readers: Readers;
  readonly tally: Tally;
  readonly path: string;
  readonly set: Readonly<Record<string, string>>;
};

/** Makes the scrapers of a world; none runs yet. */
export function createScrapers({ sandbox, disk, door, clock, readers, tally, path, set }: ScrapersOptions): Scrapers {
  let running: { readonly serving: Serving; readonly key: string } | undefined;
  let started = 0;

  const run = async (): Promise<{ readonly serving: Serving; readonly key: string }> => {
    if (running !== undefined) return running;
    started += 1;
    const key = `serve-${started}`;
    const own = { SCRAPE_INTERVAL: "0.1", METRICS_API_KEY: key, LOG_LEVEL: "info", SCRAPE_TIMEOUT: PATIENT };
    const serving = await sandbox.serve({ set: { ...set, ...own }, env: clock.env, through: disk.through });
    running = { serving, key };
    readers.ask(serving.url);
    tally.count("services started");
    return running;
  };

  /** Waits for the moment of a kill. */
  const momentOf = async (kill: Kill, key: string, hasEnded: () => boolean): Promise<void> => {
    if (typeof kill === "number") await Bun.sleep(kill);
    else if (kill === "at the write") await nextWrite(path);
    else await door.asks(key, hasEnded);
  };

  /** A kill in the write strikes who can write no further: what lies on the disk is the beginning of a booking. */
  const prepare = (step: Step, pid: number): void => {
    if (step.kill === "in the write") stopInWrite(pid, path, Math.ceil(step.where * MOST_WRITTEN));
  };

  const scrapers: Scrapers = {
    get pids() {
      return running ? [running.serving.pid] : [];
    },
    service: async () => (await run()).serving,
    async endService(signal) {
      readers.ask(undefined);
      running?.serving.kill(signal);
      await running?.serving.finished;
      if (running) clock.tidy(running.serving.pid);
      running = undefined;
    },
    async byService(step, page) {
      const { serving, key } = await run();
      await door.asks(key, serving.hasEnded);
      prepare(step, serving.pid);
      door.answer(key, answerWith(page.text, step.fault, step.where, page.dateAt));
      if (step.kill === undefined) {
        await door.asks(key, serving.hasEnded);
        if (!serving.hasEnded()) return "done";
        tally.differ(`serve ended by itself: ${serving.stderr().slice(-500)}`);
        await scrapers.endService("SIGKILL");
        return "killed";
      }
      await momentOf(step.kill, key, serving.hasEnded);
      await scrapers.endService("SIGKILL");
      tally.count("kill -9 of serve");
      return "killed";
    },
    async byCron(step, page, isDiskFull, between) {
      started += 1;
      const key = `cron-${started}`;
      const own = { METRICS_API_KEY: key, SCRAPE_TIMEOUT: step.fault === "hang" ? "1" : PATIENT };
      const job = sandbox.start(["scrape-once"], { set: { ...set, ...own }, env: clock.env, through: disk.through });
      tally.count("runs of scrape-once");
      if (await door.asks(key, job.hasEnded)) {
        prepare(step, job.pid);
        if (between) {
          const half = halfAnswer(page.text, page.dateAt);
          door.answer(key, half.response);
          await Bun.sleep(HALF_MS);
          await between();
          half.release();
        } else door.answer(key, answerWith(page.text, step.fault, step.where, page.dateAt));
      }
      if (step.kill !== undefined) {
        await momentOf(step.kill, key, job.hasEnded);
        job.kill("SIGKILL");
        tally.count("kill -9 of scrape-once");
      }
      const { code, stderr } = await job.finished;
      clock.tidy(job.pid);
      if (step.kill !== undefined) return "killed";
      const expected = EXIT_CODES[page.isGood ? "done" : "unreachable"];
      // What needs no further byte of a full disk goes well.
      if (code !== expected && !(isDiskFull && code === EXIT_CODES.database)) {
        tally.differ(`scrape-once ended with ${code}, not with ${expected}: ${stderr}`);
      }
      return "done";
    },
  };
  return scrapers;
}
