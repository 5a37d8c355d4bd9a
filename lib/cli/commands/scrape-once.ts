import { isAbsolute } from "node:path";
import type { Config, ResolvedConfig } from "../../config/resolve.ts";
import { cleanNumber } from "../../query/clean-number.ts";
import { notesOf } from "../../query/health/health.ts";
import { jsonText } from "../../query/json-text.ts";
import { type BookedScrape, bookScrape, pagesBooked, readScrape } from "../../scrape/run-scrape.ts";
import { type OpenResult, openForWriting } from "../../store/open/database.ts";
import { closeUntouched } from "../../store/open/file-alone.ts";
import { targetById } from "../../store/tables/targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { say } from "../say.ts";
import { bookedLine, bookedWarnings, failureLine } from "../scrape/describe-scrape.ts";
import { createSetup, type Setup } from "../setup.ts";

/** `scrape-once [FILE|-]`: one scrape, one transaction, one line. */
export async function scrapeOnce(
  resolved: ResolvedConfig,
  options: { readonly file: string | undefined; readonly json: boolean },
  io: Io,
): Promise<ExitCode> {
  const made = createSetup(resolved, io);
  if (made.kind === "invalid") {
    say(io, made.message);
    return EXIT.usage;
  }
  const { setup } = made;
  const opened = await openOrTakeOver(resolved.config, setup, io);
  if (opened.kind === "failed") {
    setup.log.error(opened.failure.message);
    return EXIT.database;
  }
  setup.log[isAbsolute(resolved.config.dbPath) ? "debug" : "info"](`The database is ${opened.path}`);
  let { db } = opened;
  if (opened.warning !== undefined) setup.log.warning(opened.warning);
  try {
    const source =
      options.file === undefined
        ? ({ kind: "url" } as const)
        : ({ kind: "file", path: options.file, stdin: io.stdin } as const);
    const job = setup.job(source, io.stopSignal());
    const read = await readScrape(job, pagesBooked(db, job));
    if (read.kind === "failed") {
      setup.log.error(failureLine(read.failure));
      return read.failure.reason === "unreadable" ? EXIT.usage : EXIT.unreachable;
    }
    let booked = await bookScrape(db, read.scraped, job, false);
    if (booked.kind === "store_failed" && booked.cure === "repair") {
      closeUntouched(db);
      const repaired = openForWriting(opened.path, true);
      if (repaired.kind === "failed") {
        setup.log.error(repaired.failure.message);
        return EXIT.database;
      }
      if (repaired.warning !== undefined) setup.log.warning(repaired.warning);
      db = repaired.db;
      booked = await bookScrape(db, read.scraped, job, false);
    }
    if (booked.kind === "store_failed") {
      setup.log.error(booked.message);
      return EXIT.database;
    }
    const scrape = { commit: booked.commit, page: read.page, readAt: read.scraped.readAt };
    const name = options.file === "-" ? "stdin" : (options.file ?? setup.source);
    for (const warning of bookedWarnings(scrape, name)) setup.log.warning(warning);
    if (scrape.commit.kind === "committed") {
      for (const note of notesOf(targetById(db, scrape.commit.target))) setup.log.warning(note);
    }
    io.out(options.json ? jsonText(bookedBody(scrape)) : `${bookedLine(scrape)}\n`);
    return EXIT.done;
  } finally {
    db.close();
  }
}

/** Opens the database, and takes over the predecessor's first where that lies at the path. */
async function openOrTakeOver(config: Config, { log, names, zone }: Setup, io: Io): Promise<OpenResult> {
  const { dbPath, metricsUrl: url, maxLabelValues: maxValues } = config;
  const opened = openForWriting(dbPath);
  if (opened.kind === "open" || opened.failure.reason !== "predecessor") return opened;
  const { runTakeOver } = await import("../scrape/take-over.ts");
  const result = await runTakeOver(
    dbPath,
    { url, names, zone, maxValues },
    { log, now: io.now, signal: io.stopSignal() },
  );
  return result.kind === "failed"
    ? { kind: "failed", failure: { reason: "predecessor", message: result.message } }
    : openForWriting(dbPath);
}

function bookedBody({ commit, page, readAt }: BookedScrape): Record<string, unknown> {
  const amounts = commit.kind === "committed" ? [...commit.amounts] : [];
  return {
    schema_version: 1,
    result: commit.kind === "outdated" ? "outdated" : commit.page === 1 ? "baseline" : "booked",
    timestamp: new Date(readAt).toISOString(),
    is_reset: commit.kind === "committed" && commit.isReset,
    booked: Object.fromEntries(amounts.map(([counter, amount]) => [counter, cleanNumber(amount)])),
    page_bytes: page.bytes,
    skipped_lines: page.skipped.count,
  };
}
