import { isAbsolute } from "node:path";
import type { Config, ResolvedConfig } from "../../config/resolve.ts";
import { cleanNumber } from "../../query/clean-number.ts";
import { notesOf } from "../../query/health.ts";
import { jsonText } from "../../query/json-text.ts";
import { runScrape, type ScrapeOutcome } from "../../scrape/run-scrape.ts";
import { type OpenResult, openForWriting } from "../../store/database.ts";
import { targetById } from "../../store/targets.ts";
import { bookedLine, bookedWarnings, failureLine } from "../describe-scrape.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { say } from "../say.ts";
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
  const { db } = opened;
  try {
    const source =
      options.file === undefined
        ? ({ kind: "url" } as const)
        : ({ kind: "file", path: options.file, stdin: io.stdin } as const);
    const outcome = await runScrape(db, setup.job(source, io.stopSignal()));
    switch (outcome.kind) {
      case "failed":
        setup.log.error(failureLine(outcome.failure));
        return outcome.failure.reason === "unreadable" ? EXIT.usage : EXIT.unreachable;
      case "store_failed":
        setup.log.error(`${outcome.message} (${opened.path})`);
        return EXIT.database;
      case "booked": {
        for (const warning of bookedWarnings(outcome, options.file ?? setup.source)) setup.log.warning(warning);
        if (outcome.commit.kind === "committed") {
          for (const note of notesOf(targetById(db, outcome.commit.target))) setup.log.warning(note);
        }
        io.out(options.json ? jsonText(bookedBody(outcome)) : `${bookedLine(outcome)}\n`);
        return EXIT.done;
      }
      default:
        return outcome satisfies never;
    }
  } finally {
    db.close();
  }
}

/** Opens the database, and takes over the predecessor's first where that lies at the path. */
async function openOrTakeOver(config: Config, { log, names, zone }: Setup, io: Io): Promise<OpenResult> {
  const { dbPath, metricsUrl: url, maxLabelValues: maxValues } = config;
  const opened = openForWriting(dbPath);
  if (opened.kind === "open" || opened.failure.reason !== "predecessor") return opened;
  const { runTakeOver } = await import("../take-over.ts");
  const result = await runTakeOver(
    dbPath,
    { url, names, zone, maxValues },
    { log, now: io.now, signal: io.stopSignal() },
  );
  return result.kind === "failed"
    ? { kind: "failed", failure: { reason: "predecessor", message: result.message } }
    : openForWriting(dbPath);
}

function bookedBody({ commit, page, readAt }: Extract<ScrapeOutcome, { kind: "booked" }>): Record<string, unknown> {
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
