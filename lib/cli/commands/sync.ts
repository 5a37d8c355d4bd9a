import { quoted } from "../../config/mask.ts";
import type { Config, ResolvedConfig } from "../../config/resolve.ts";
import type { RunOutcome } from "../../ledger/sync/session.ts";
import type { FullRange } from "../../ledger/sync/sync.ts";
import { jsonText } from "../../query/json-text.ts";
import { scrubber } from "../../scrape/redact-url.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { dayText, syncLine, syncWarnings } from "../ledger/sync/describe-sync.ts";
import {
  type OpenedSession,
  type OpenSession,
  openSession,
  type SessionManner,
} from "../ledger/sync/ledger-session.ts";
import { createRetries } from "../ledger/sync/retries.ts";
import { createSyncProgress } from "../ledger/sync/sync-progress.ts";
import { type SyncSettings, syncSettings } from "../ledger/sync/sync-settings.ts";
import { createLogger, type Logger } from "../logger.ts";
import { say } from "../say.ts";
import { sleepUntilAborted } from "../sleep.ts";

/** What `sync` was told besides the settings. */
export type SyncOptions = {
  readonly follow: boolean;
  readonly full: boolean;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly force: boolean;
  readonly json: boolean;
};

const DAY_MS = 86_400_000;

/** `sync`: folds what the log of requests holds into the ledger, once or again and again. */
export async function sync({ config, warnings }: ResolvedConfig, options: SyncOptions, io: Io): Promise<ExitCode> {
  const settings = syncSettings(config);
  if (settings === undefined) {
    say(io, "There is nothing to read: set LITELLM_PULSE_DATABASE_URL to LiteLLM's PostgreSQL");
    return EXIT.usage;
  }
  const range = rangeOf(options);
  if (range.kind === "bad") {
    say(io, range.message);
    return EXIT.usage;
  }
  const log = logOf(config, settings.url, io);
  for (const warning of warnings) log.warning(warning);
  const signal = io.stopSignal();
  const manner = { isFollowing: options.follow, now: io.now, onWait: (line: string) => log.info(line) };
  const opened = await openPatiently(settings, manner, { signal, log, io });
  if (opened.kind === "failed") {
    say(io, opened.message);
    return EXIT.database;
  }
  const job = { session: opened, full: range.full, signal, log, config, json: options.json };
  try {
    for (;;) {
      const code = await runPatiently(job, io);
      if (code !== EXIT.done || !options.follow || job.signal.aborted) return code;
      await sleepUntilAborted(config.ledgerInterval * 1000, job.signal);
      if (job.signal.aborted) return EXIT.done;
    }
  } finally {
    await opened.close();
  }
}

/** Opens the session, and waits up to a minute for a ledger whose database is away. */
async function openPatiently(
  settings: SyncSettings,
  manner: SessionManner,
  { signal, log, io }: { readonly signal: AbortSignal; readonly log: Logger; readonly io: Io },
): Promise<OpenedSession> {
  const retries = createRetries(io.now, log, signal);
  for (;;) {
    const opened = await openSession(settings, manner);
    if (opened.kind === "open" || !opened.isAway || signal.aborted) return opened;
    if (!(await retries.wait(opened.message))) return opened;
  }
}

type Job = {
  readonly session: OpenSession;
  readonly full: FullRange | undefined;
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly config: Config;
  readonly json: boolean;
};

/** One run that ends well; a source or a ledger that is away is waited for. */
async function runPatiently(job: Job, io: Io): Promise<ExitCode> {
  const { session, full, signal, log } = job;
  const retries = createRetries(io.now, log, signal);
  let hasBegun = false;
  for (;;) {
    const progress = createSyncProgress({
      isTerminal: io.outIsTerminal,
      now: io.now,
      write: io.err,
      log: (line) => log.info(line),
    });
    let beganAt = io.now();
    const outcome = await session.run({
      ...(full === undefined ? {} : { full }),
      signal,
      onBegin() {
        beganAt = io.now();
        // The wait for the turn is none for the source.
        if (!hasBegun) retries.renew();
        hasBegun = true;
        progress.begin();
      },
      onStep(step, estimatedRows) {
        retries.renew();
        progress.step(step, estimatedRows);
      },
    });
    progress.end();
    if (outcome.kind === "done") return tell(outcome, job, io.now() - beganAt, io);
    if (outcome.kind === "stopped") {
      log.info("Stopped: what was read so far is kept, the next sync goes on");
      return EXIT.done;
    }
    const { message, reason } = outcome.failure;
    if (reason === "refused" || !(await retries.wait(message))) {
      say(io, message);
      return outcome.kind === "ledger" ? EXIT.database : EXIT.unreachable;
    }
    if (signal.aborted) return EXIT.done;
  }
}

function tell(done: Extract<RunOutcome, { kind: "done" }>, job: Job, tookMs: number, io: Io): ExitCode {
  const { table, tally, notes } = done;
  for (const note of notes) job.log.debug(note);
  for (const warning of syncWarnings(table, tally)) job.log.warning(warning);
  io.out(job.json ? jsonText(bodyOf(done, tookMs)) : `${syncLine(table, tally, tookMs)}\n`);
  return EXIT.done;
}

function bodyOf(
  { table, tally, notes }: Extract<RunOutcome, { kind: "done" }>,
  tookMs: number,
): Record<string, unknown> {
  const { rows, counted, late, tooOld, fewer, oddities } = tally;
  return {
    schema_version: 1,
    table,
    rows_read: rows,
    counted,
    late,
    too_old: tooOld,
    left_alone: fewer.map(({ day, source, ledger }) => ({ day: dayText(day), source, ledger })),
    without_time: oddities.untimed,
    spend_no_number: oddities.spend,
    notes,
    took_ms: Math.round(tookMs),
  };
}

function rangeOf({
  full,
  follow,
  since,
  until,
  force,
}: SyncOptions):
  | { readonly kind: "ok"; readonly full: FullRange | undefined }
  | { readonly kind: "bad"; readonly message: string } {
  if (!full) {
    const alone = since !== undefined ? "--since" : until !== undefined ? "--until" : force ? "--force" : undefined;
    return alone === undefined
      ? { kind: "ok", full: undefined }
      : { kind: "bad", message: `${alone} goes with --full` };
  }
  if (follow) return { kind: "bad", message: "--full and --follow exclude each other" };
  if (force && since === undefined && until === undefined) {
    return { kind: "bad", message: "--force replaces days for good: say which with --since or --until" };
  }
  const from = dayOf(since);
  const last = dayOf(until);
  if (from === null)
    return { kind: "bad", message: `--since is ${quoted(since ?? "")}, expected a UTC date such as 2026-11-21` };
  if (last === null)
    return { kind: "bad", message: `--until is ${quoted(until ?? "")}, expected a UTC date such as 2026-11-21` };
  if (from !== undefined && last !== undefined && last < from) {
    return {
      kind: "bad",
      message: `--until is ${quoted(until ?? "")}, before --since, which is ${quoted(since ?? "")}`,
    };
  }
  return { kind: "ok", full: { from, to: last === undefined ? undefined : last + 1, force } };
}

/** Days since 1970 of a date; null where it is none. */
function dayOf(text: string | undefined): number | undefined | null {
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? null : at / DAY_MS;
}

function logOf(config: Config, url: string, io: Io): Logger {
  const secrets = [url, config.ledgerUrl ?? ""].flatMap((one) => [one, URL.parse(one)?.password]);
  const scrub = scrubber(secrets);
  return createLogger({ level: config.logLevel, format: config.logFormat, write: io.err, now: io.now, scrub });
}
