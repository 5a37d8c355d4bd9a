import { quoted } from "../../config/mask.ts";
import type { Config, ResolvedConfig } from "../../config/resolve.ts";
import type { RunOutcome, SyncSession } from "../../ledger/sync/session.ts";
import type { FullRange } from "../../ledger/sync/sync.ts";
import { jsonText } from "../../query/json-text.ts";
import { scrubber } from "../../scrape/redact-url.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";

import { isLedgerAway, ledgerTrouble } from "../ledger/ledger-trouble.ts";
import { dayText, syncLine, syncWarnings } from "../ledger/sync/describe-sync.ts";
import { type OpenedSession, openSession, type SessionManner } from "../ledger/sync/ledger-session.ts";
import { createSyncProgress, type SyncProgress } from "../ledger/sync/sync-progress.ts";
import { type SyncSettings, syncSettings } from "../ledger/sync-settings.ts";

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
/** How long a source that is away is waited for. */
const PATIENCE_MS = 60_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

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
  const { session, place } = opened;
  const job = { session, place, full: range.full, signal, log, config, json: options.json };
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
  const startedAt = io.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const opened = await openSession(settings, manner);
    const isWorthWaiting = opened.kind === "failed" && opened.isAway && !signal.aborted;
    if (!isWorthWaiting || io.now() - startedAt + waitMs > PATIENCE_MS) return opened;
    log.warning(`${opened.message}; trying again in ${waitMs / 1000} s`);
    await sleepUntilAborted(waitMs, signal);
  }
}

type Job = {
  readonly session: SyncSession;
  readonly place: string;
  readonly full: FullRange | undefined;
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly config: Config;
  readonly json: boolean;
};

async function runPatiently(job: Job, io: Io): Promise<ExitCode> {
  const { session, full, signal, log } = job;
  // When the source last gave something, or the first run began: from there on it is waited for.
  let aliveAt = io.now();
  let isAway = false;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const progress = createSyncProgress({
      isTerminal: io.outIsTerminal,
      now: io.now,
      write: io.err,
      log: (line) => log.info(line),
    });
    let beganAt = io.now();
    const onBegin = () => {
      beganAt = io.now();
      if (!isAway) aliveAt = beganAt;
      progress.begin();
    };
    const onStep: SyncProgress["step"] = (step, estimatedRows) => {
      aliveAt = io.now();
      isAway = false;
      waitMs = FIRST_WAIT_MS;
      progress.step(step, estimatedRows);
    };
    const outcome = await runOnce(job, { onStep, onBegin }, full);
    progress.end();
    const isTooLong = io.now() - aliveAt + waitMs > PATIENCE_MS;
    if (outcome.kind === "ledger" && (!outcome.isAway || isTooLong)) {
      say(io, outcome.message);
      return EXIT.database;
    }
    if (outcome.kind === "done") return tell(outcome, job, io.now() - beganAt, io);
    if (outcome.kind === "stopped") {
      log.info("Stopped: what was read so far is kept, the next sync goes on");
      return EXIT.done;
    }
    isAway = true;
    const { message } = outcome.kind === "ledger" ? outcome : outcome.failure;
    if (outcome.kind === "failed" && (outcome.failure.reason === "refused" || isTooLong)) {
      say(io, message);
      return EXIT.unreachable;
    }
    log.warning(`${message}; trying again in ${waitMs / 1000} s`);
    await sleepUntilAborted(waitMs, signal);
    if (signal.aborted) return EXIT.done;
  }

  async function runOnce(
    { signal: stop }: Job,
    ears: { readonly onStep: SyncProgress["step"]; readonly onBegin: () => void },
    range: FullRange | undefined,
  ): Promise<RunOutcome | { readonly kind: "ledger"; readonly message: string; readonly isAway: boolean }> {
    try {
      return await session.run({ ...(range === undefined ? {} : { full: range }), signal: stop, ...ears });
    } catch (error) {
      return { kind: "ledger", message: ledgerTrouble(job.place, error), isAway: isLedgerAway(error) };
    }
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
