import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openSandbox, type Serving } from "../../support/binary.ts";
import { openSmallDisk } from "../../support/small-disk.ts";
import { createFakeClock } from "../fake-clock.ts";
import { DAY, SECOND } from "../moments.ts";
import type { Tally } from "../tally.ts";
import { checkWorld } from "./check.ts";
import { answerWith, halfAnswer, openDoor } from "./door.ts";
import type { Plan, Step } from "./plan.ts";
import { startReaders } from "./readers.ts";
import { createSource, type HandedPage } from "./source.ts";
import { knowableByEvents, observeWorld } from "./truth.ts";

const DISK_MEGABYTES = 24;
const RETENTION_DAYS = 2;
/** The first half of a page is with its reader by then; its moment is told by the booking, whatever it was. */
const HALF_MS = 60;
const EXIT_CODES = { done: 0, unreachable: 4, database: 6 } as const;

type Outcome = "done" | "killed";

/** Plays a plan against the compiled program, on a clock that it is told, and compares what was booked with the truth. */
export async function playWorld(plan: Plan, library: string, tally: Tally): Promise<void> {
  await using sandbox = openSandbox();
  using disk = openSmallDisk(DISK_MEGABYTES);
  await using door = openDoor();
  const clock = createFakeClock(library, sandbox.folder, plan.steps[0]?.at ?? 0);
  const source = createSource(plan);
  const truth = observeWorld(plan);
  const path = join(disk.folder, "pulse.db");
  const set = {
    DB_PATH: path,
    TIMEZONE: plan.zone,
    METRICS_URL: door.metricsUrl,
    SCRAPE_TIMEOUT: "10",
    DB_RETENTION_DAYS: String(RETENTION_DAYS),
    LOG_LEVEL: "warning",
  };
  await using readers = startReaders(sandbox, set, clock, tally);

  const handed = new Map<number, HandedPage>();
  const booked: HandedPage[] = [];
  let lastPage = 0;
  let steps = 0;
  let hasDiffered = false;
  let isFull = false;
  let scrapers = 0;
  let service: { serving: Serving; key: string } | undefined;
  tally.count(`world: ${plan.setup.name}`);

  /** Sets our clock, to a moment at which no page was handed out yet. */
  const setClock = (step: Step, laterMs = 0): number => {
    let at = step.at + step.offsetMs + laterMs;
    while (handed.has(at)) at += SECOND;
    clock.set(at);
    source.advance(step.at + laterMs);
    return at;
  };

  const serve = async (): Promise<{ serving: Serving; key: string }> => {
    if (service === undefined) {
      scrapers += 1;
      const key = `serve-${scrapers}`;
      const serving = await sandbox.serve({
        set: { ...set, SCRAPE_INTERVAL: "0.1", METRICS_API_KEY: key, LOG_LEVEL: "info" },
        env: clock.env,
      });
      service = { serving, key };
      readers.ask(serving.url);
      tally.count("services started");
    }
    return service;
  };

  const endService = async (signal: NodeJS.Signals): Promise<void> => {
    readers.ask(undefined);
    service?.serving.kill(signal);
    await service?.serving.finished;
    if (service) clock.tidy(service.serving.pid);
    service = undefined;
  };

  /** Hands the page of a step to the service and waits until it is done with it. */
  const byService = async (step: Step, page: HandedPage): Promise<Outcome> => {
    const { serving, key } = await serve();
    await door.asks(key, serving.hasEnded);
    door.answer(key, answerWith(page.text, step.fault, step.where, page.dateAt));
    if (step.killAfterMs === undefined) {
      await door.asks(key, serving.hasEnded);
      if (!serving.hasEnded()) return "done";
      tally.differ(`serve ended by itself: ${serving.stderr().slice(-500)}`);
      await endService("SIGKILL");
      return "killed";
    }
    await Bun.sleep(step.killAfterMs);
    await endService("SIGKILL");
    tally.count("kill -9 of serve");
    return "killed";
  };

  /** Starts a cron job and hands it the page; between the halves of the answer something else may happen. */
  const byCron = async (step: Step, page: HandedPage, between?: () => Promise<void>): Promise<Outcome> => {
    scrapers += 1;
    const key = `cron-${scrapers}`;
    const job = sandbox.start(["scrape-once"], { set: { ...set, METRICS_API_KEY: key }, env: clock.env });
    tally.count("runs of scrape-once");
    if (await door.asks(key, job.hasEnded)) {
      if (between) {
        const half = halfAnswer(page.text, page.dateAt);
        door.answer(key, half.response);
        await Bun.sleep(HALF_MS);
        await between();
        half.release();
      } else door.answer(key, answerWith(page.text, step.fault, step.where, page.dateAt));
    }
    if (step.killAfterMs !== undefined) {
      await Bun.sleep(step.killAfterMs);
      job.kill("SIGKILL");
      tally.count("kill -9 of scrape-once");
    }
    const { code, stderr } = await job.finished;
    clock.tidy(job.pid);
    const expected = isFull ? "database" : page.isGood ? "done" : "unreachable";
    if (
      step.killAfterMs === undefined &&
      code !== EXIT_CODES[expected] &&
      !(isFull && code === EXIT_CODES.unreachable)
    ) {
      tally.differ(
        `scrape-once ended with ${code} where it should be ${EXIT_CODES[expected]} (${expected}): ${stderr}`,
      );
    }
    return step.killAfterMs === undefined ? "done" : "killed";
  };

  /** Shows the observer what was booked since the last look, and compares the sums, so that a difference has its page. */
  const look = (): void => {
    if (!existsSync(path)) return;
    try {
      const { rows, sums } = newlyBooked(path, lastPage);
      for (const { page, at } of rows) {
        const found = handed.get(at);
        if (page !== lastPage + 1) tally.differ(`page ${page} follows page ${lastPage}`);
        lastPage = page;
        if (found === undefined || !found.isGood) {
          tally.differ(`a page of ${new Date(at).toISOString()} was booked, at which no good one was handed out`);
          continue;
        }
        truth.see(found, at);
        booked.push(found);
        tally.count("pages booked");
      }
      if (hasDiffered || sums === undefined) return;
      for (const metric of ["requests", "cost"] as const) {
        const known = truth.sum(metric, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY).sum;
        hasDiffered ||= Math.abs(known - sums[metric]) > 1e-9;
        tally.compare(`lifetime ${metric} after page ${lastPage} (step ${steps})`, sums[metric], known, 1e-9);
      }
    } catch (error) {
      // On a full disk even a reader finds no room to open what nobody else has open.
      if (!isFull) tally.differ(`the database cannot be read: ${String(error)}`);
    }
  };

  const play = async (step: Step): Promise<void> => {
    for (const what of [
      step.gap,
      step.clock && `clock ${step.clock}`,
      step.loss,
      step.fault && `page: ${step.fault}`,
    ]) {
      if (what !== undefined) tally.count(what);
    }
    steps += 1;
    const at = setClock(step);
    if (step.loss) source.lose(step.loss);
    if (step.disk === "full") {
      disk.fill("bytes", service ? [service.serving.pid] : []);
      isFull = true;
      tally.count("disk full");
    } else if (step.disk === "room") {
      disk.clear(service ? [service.serving.pid] : []);
      isFull = false;
    }
    const page = source.page(step);
    handed.set(at, page);
    tally.count("pages handed out");
    let outcome: Outcome;
    if (step.by === "serve") outcome = await byService(step, page);
    else if (step.by === "cron") outcome = await byCron(step, page);
    else {
      tally.count("overtaken scrape-once");
      outcome = await byCron(step, page, async () => {
        const laterAt = setClock(step, 7 * SECOND);
        const later = source.page(step);
        handed.set(laterAt, later);
        tally.count("pages handed out");
        await byService({ ...step, killAfterMs: undefined }, later);
      });
    }
    const before = truth.pages;
    look();
    const isOvertaken = step.by === "overtaken cron";
    if (!isFull && page.isGood && outcome === "done" && step.by === "serve" && truth.pages === before && !isOvertaken) {
      tally.differ(`the good page of step ${steps} was not booked`);
    }
  };

  for (const step of plan.steps) await play(step);
  const { serving } = await serve();
  await checkWorld({
    url: serving.url,
    zone: plan.zone,
    clock,
    truth,
    tally,
    sandbox,
    set,
    finestSince: clock.now - DAY,
  });
  const { total } = source.truth;
  for (const [metric, sum] of [
    ["requests", total.requests],
    ["failed_requests", total.failed],
    ["tokens", total.tokens],
    ["cost", total.cost],
  ] as const) {
    const known = truth.sum(metric, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY).sum;
    tally.compare(`${metric} by the log of events`, known, knowableByEvents(metric, sum, source, booked), 1e-6);
  }
  await endService("SIGTERM");
}

/** The pages that were booked after one, and what is booked in all, at one moment. */
function newlyBooked(path: string, after: number) {
  using db = new Database(path, { readonly: true });
  db.run("PRAGMA busy_timeout = 10000");
  return db.transaction(() => ({
    rows: db
      .query<{ page: number; at: number }, [number]>("SELECT page, at FROM snapshot WHERE page > ? ORDER BY page")
      .all(after),
    sums:
      db
        .query<{ requests: number; cost: number }, []>(
          "SELECT COALESCE(SUM(requests), 0) AS requests, COALESCE(SUM(cost), 0) AS cost FROM lifetime",
        )
        .get() ?? undefined,
  }))();
}
