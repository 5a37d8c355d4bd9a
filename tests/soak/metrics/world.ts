import { join } from "node:path";
import { openSandbox } from "../../support/binary.ts";
import { openSmallDisk } from "../../support/small-disk.ts";
import { createFakeClock } from "../fake-clock.ts";
import { DAY, SECOND } from "../moments.ts";
import type { Tally } from "../tally.ts";
import { followBooked } from "./booked.ts";
import { checkWorld } from "./check.ts";
import { openDoor } from "./door.ts";
import type { Plan, Step } from "./plan.ts";
import { startReaders } from "./readers.ts";
import { createScrapers, type Outcome } from "./scrapers.ts";
import { createSource, type HandedPage, type Source } from "./source.ts";
import { type KnownTruth, knowableByEvents, observeWorld } from "./truth.ts";

const DISK_MEGABYTES = 24;
const RETENTION_DAYS = "2";
const MONEY = 1e-9;

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
    DB_RETENTION_DAYS: RETENTION_DAYS,
    LOG_LEVEL: "warning",
  };
  await using readers = startReaders(sandbox, set, clock, tally);
  const scrapers = createScrapers({ sandbox, disk, door, clock, readers, tally, path, set });
  const handed = new Map<number, HandedPage>();
  const booked = followBooked(path, handed, truth, tally);
  let isDiskFull = false;
  /** Since the service asked, which waits for its answer, a cron job had a page. */
  let isOvertaken = false;
  tally.count(`world: ${plan.setup.name}`);

  /** Lets time go on to a moment at which no page was handed out yet. */
  const goOn = (step: Step, laterMs = 0): number => {
    let at = step.at + step.offsetMs + laterMs;
    while (handed.has(at)) at += SECOND;
    clock.set(at);
    source.advance(step.at + laterMs);
    return at;
  };

  const pageOf = (step: Step, at: number): HandedPage => {
    const page = source.page(step);
    handed.set(at, page);
    tally.count("pages handed out");
    return page;
  };

  /** Looks at what became of a step's page, which the service must have booked unless it was killed. */
  const look = (step: Step, page: HandedPage, outcome: Outcome): void => {
    const before = truth.pages;
    const mayBeOutdated = isOvertaken && plan.setup.naming.start === "none";
    isOvertaken = step.by !== "serve";
    booked.look(`step ${step.number}`, isDiskFull);
    if (!page.isGood || isDiskFull || truth.pages > before) return;
    if (step.kill === "in the write") tally.count("kills in the middle of a transaction");
    if (outcome !== "done" || step.by !== "serve") return;
    // Where nothing names a process, what is lower and was asked for before may be of before.
    if (mayBeOutdated) tally.count("pages outdated");
    else tally.differ(`the good page of step ${step.number} was not booked`);
  };

  const scrape = async (step: Step, page: HandedPage): Promise<Outcome> => {
    switch (step.by) {
      case "cron":
        return await scrapers.byCron(step, page, isDiskFull);
      case "overtaken cron":
        tally.count("overtaken scrape-once");
        return await scrapers.byCron(step, page, isDiskFull, async () => {
          const later = pageOf(step, goOn(step, 7 * SECOND));
          await scrapers.byService({ ...step, kill: undefined }, later);
        });
      case "serve":
        return await scrapers.byService(step, page);
      default:
        return step.by satisfies never;
    }
  };

  for (const step of plan.steps) {
    for (const what of faultsOf(step)) tally.count(what);
    const at = goOn(step);
    if (step.loss) source.lose(step.loss);
    if (step.disk === "full") disk.fill("bytes", scrapers.pids);
    if (step.disk === "room") disk.clear(scrapers.pids);
    if (step.disk !== undefined) isDiskFull = step.disk === "full";
    const page = pageOf(step, at);
    look(step, page, await scrape(step, page));
  }
  const { url } = await scrapers.service();
  await checkWorld({ url, zone: plan.zone, clock, truth, tally, sandbox, set, finestSince: clock.now - DAY });
  if (plan.setup.isKnowable) checkEvents(source, truth, booked.pages, tally);
  await scrapers.endService("SIGTERM");
}

/** What goes wrong at a step, in the words of the tally; kills are counted when they happen. */
function faultsOf({ gap, clock, loss, fault, disk }: Step): string[] {
  return [gap, clock && `clock ${clock}`, loss, fault && `page: ${fault}`, disk && `disk: ${disk}`].flatMap(
    (what) => what ?? [],
  );
}

/** Holds the observer itself against the log of true events. */
function checkEvents(source: Source, truth: KnownTruth, pages: readonly HandedPage[], tally: Tally): void {
  const { requests, failed, tokens, cost } = source.truth.total;
  for (const [metric, total] of Object.entries({ requests, failed_requests: failed, tokens, cost })) {
    const known = truth.sum(metric, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY).sum;
    tally.compare(`${metric} by the log of events`, known, knowableByEvents(metric, total, source, pages), MONEY);
  }
}
