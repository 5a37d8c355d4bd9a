import type { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { Zone } from "../../aggregator/zone.ts";
import type { MetricNames } from "../../litellm/reading.ts";
import { failureReason, isDamage } from "../open/failure-reason.ts";
import { takeMode } from "../open/private-file.ts";
import { lifetimeTotals } from "../read/totals.ts";
import { targetKey } from "../tables/targets.ts";
import { columnsOf, type PredecessorColumns } from "./columns.ts";
import { foldIntoFile, openAside, openOriginal, openOriginalAlone } from "./connections.ts";
import { contentsAt } from "./contents-at.ts";
import { unlessDamaged } from "./damage.ts";
import { asidePath, copyPath, discard, isSameFile, keepOriginal, moveIn, realPath, setAside } from "./files.ts";
import { finishImport } from "./finish-import.ts";
import { importChunk } from "./import-chunk.ts";
import { NO_PROGRESS, type Progress, readProgress } from "./progress.ts";
import { createRowReader } from "./read-rows.ts";

/** Scrapes of the first step; how many the later ones take follows from how long it took. */
const FIRST_STEP = 30;
const FEWEST_PER_STEP = 10;
const MOST_PER_STEP = 720;
const STEP_MS = 15;
/** How many steps to wait for others who have the original open, each up to 40 ms. */
const ALONE_ATTEMPTS = 50;

/** What a take-over needs from the outside. `clock` gives milliseconds of any origin, by which steps are kept short. */
export type TakeOverOptions = {
  readonly url: string;
  readonly names: MetricNames;
  readonly zone: Zone;
  readonly maxValues: number;
  readonly now: number;
  readonly clock: () => number;
};

/** How far a take-over is, in rows of `scrapes`. */
export type TakeOverStep = { readonly done: number; readonly total: number };

/** What was taken over. Instants are UTC milliseconds, undefined where there were no rows. */
export type TakenOver = {
  readonly rows: number;
  readonly corrected: number;
  /** The file is damaged: not all could be read. */
  readonly isDamaged: boolean;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly requests: number;
  readonly cost: number;
  /** Where the original is now. */
  readonly copy: string;
};

export type TakeOverOutcome =
  | { readonly kind: "taken_over"; readonly taken: TakenOver }
  /** There is nothing (any more) to take over. `leftover` is what an earlier try left of an original that is gone. */
  | { readonly kind: "nothing"; readonly leftover: string | undefined }
  /** Nothing is lost, and the next try goes on; `message` is one line that says what is in the way. */
  | { readonly kind: "failed"; readonly message: string };

type Steps<Result> = Generator<TakeOverStep, Result>;

/**
 * Takes over the predecessor's database at a path: fills a new one beside it, step by step, and puts that in its place;
 * the original is kept under another name. It may be dropped or killed between and within steps; the next try goes on
 * from there. A step takes about 15 ms.
 */
export function* takeOver(path: string, options: TakeOverOptions): Steps<TakeOverOutcome> {
  const real = realPath(path);
  try {
    const result = yield* tryOnce(real, options);
    if (result !== "abandon") return result;
    const leftover = setAside(asidePath(real), options.now);
    const again = yield* tryOnce(real, options);
    if (again === "abandon") throw new TypeError("A take-over that has just begun cannot be an old one");
    return again.kind === "nothing" ? { kind: "nothing", leftover } : again;
  } catch (error) {
    const reason = failureReason(error);
    if (reason === undefined) throw error;
    return failed(`Cannot take over ${named(real)}: ${reason}; nothing is lost, the next try goes on`);
  }
}

/** One try; "abandon" where what an earlier one has left belongs to an original that is not there. */
function* tryOnce(path: string, options: TakeOverOptions): Steps<TakeOverOutcome | "abandon"> {
  const asideName = asidePath(path);
  const isNew = !existsSync(asideName);
  const aside = openAsideOrAbandon(asideName);
  if (aside === "abandon") return aside;
  if (!aside) return failed(`Another litellm-pulse is taking over ${named(path)}: try again when it has ended`);
  try {
    const noted = readProgress(aside);
    const there = contentsAt(path);
    if (there === "predecessor") return yield* takeOverWith(aside, path, noted, options);
    if (there === "nothing" && noted?.copy !== undefined && existsSync(noted.copy)) {
      return putInPlace(aside, path, noted, noted.copy);
    }
    if (noted && there === "nothing") return "abandon";
    if (isNew) discard(asideName);
    return { kind: "nothing", leftover: undefined };
  } finally {
    aside.close();
  }
}

function openAsideOrAbandon(name: string): Database | undefined | "abandon" {
  try {
    return openAside(name);
  } catch (error) {
    if (isDamage(error)) return "abandon";
    throw error;
  }
}

function* takeOverWith(
  aside: Database,
  path: string,
  noted: Progress | undefined,
  options: TakeOverOptions,
): Steps<TakeOverOutcome | "abandon"> {
  const context = { ...options, url: targetKey(options.url), db: aside };
  let progress = noted ?? NO_PROGRESS;
  const free = yield* openAlone(path);
  if (!free) return inUse(path);
  const columns = columnsOf(free);
  free.close();
  if (!columns) return { kind: "nothing", leftover: undefined };

  const original = openOriginal(path);
  try {
    if (!isContinuation(original, columns, progress)) return "abandon";
    progress = yield* importRows({ ...context, columns }, original, progress, options.clock);
  } finally {
    original.close();
  }
  const alone = yield* openAlone(path);
  if (!alone) return inUse(path);
  try {
    progress = yield* importRows({ ...context, columns }, alone, progress, options.clock);
    const isKept = progress.copy !== undefined && (isSameFile(path, progress.copy) || !existsSync(progress.copy));
    const copy = progress.copy !== undefined && isKept ? progress.copy : copyPath(path, options.now);
    progress = finishImport(aside, progress, { ...context, columns, copy });
    discard(path, ["-shm"]);
  } finally {
    alone.close();
  }
  const { copy = "" } = progress;
  const step = { done: progress.judge.page, total: progress.judge.page };
  yield step;
  if (existsSync(`${path}-wal`)) return inUse(path);
  takeMode(asidePath(path), path);
  keepOriginal(path, copy);
  yield step;
  return putInPlace(aside, path, progress, copy);
}

function putInPlace(aside: Database, path: string, progress: Progress, copy: string): TakeOverOutcome {
  const { requests, cost } = lifetimeTotals(aside);
  foldIntoFile(aside);
  moveIn(path, asidePath(path));
  const { judge, corrected, isDamaged: damaged, firstAt, lastAt } = progress;
  const from = judge.page === 0 ? undefined : firstAt;
  return {
    kind: "taken_over",
    taken: { rows: judge.page, corrected, isDamaged: damaged, from, to: lastAt, requests, cost, copy },
  };
}

/** Imports what is there of the original, one step after the other. */
function* importRows(
  context: Omit<Parameters<typeof importChunk>[0], "reader">,
  original: Database,
  before: Progress,
  clock: () => number,
): Steps<Progress> {
  const reader = createRowReader(original, context.columns);
  const total = unlessDamaged(reader.count) ?? before.judge.page;
  let progress = before;
  for (let size = FIRST_STEP; ; ) {
    const started = clock();
    const next = importWhatIsReadable({ ...context, reader }, progress, size);
    if (next.kind === "end") {
      return { ...progress, isDamaged: progress.isDamaged || next.isDamaged || progress.judge.page < total };
    }
    progress = next.progress;
    const fit = size * (STEP_MS / Math.max(1, clock() - started));
    size = Math.round(Math.min(Math.max(fit, size / 2, FEWEST_PER_STEP), size * 2, MOST_PER_STEP));
    yield { done: progress.judge.page, total };
  }
}

type Next =
  | { readonly kind: "more"; readonly progress: Progress }
  | { readonly kind: "end"; readonly isDamaged: boolean };

/** Where the file is damaged, the rows end: LiteLLM's counters show what came after them. */
function importWhatIsReadable(context: Parameters<typeof importChunk>[0], progress: Progress, size: number): Next {
  try {
    const next = importChunk(context, progress, size);
    return next ? { kind: "more", progress: next } : { kind: "end", isDamaged: false };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return size > 1
      ? importWhatIsReadable(context, progress, Math.floor(size / 8) || 1)
      : { kind: "end", isDamaged: true };
  }
}

/** Whether the progress was made on this original: the newest row that it knows is there. */
function isContinuation(original: Database, columns: PredecessorColumns, { scrapeId, scrapeAt }: Progress): boolean {
  if (scrapeId === 0) return true;
  const [row] = createRowReader(original, columns).scrapes(scrapeId - 1, 1);
  return row?.id === scrapeId && row.at === scrapeAt;
}

/** Opens the original alone, and waits a little for whoever looks into it; undefined where somebody has it open. */
function* openAlone(path: string): Steps<Database | undefined> {
  for (let attempt = 1; ; attempt++) {
    const db = openOriginalAlone(path);
    if (db || attempt === ALONE_ATTEMPTS) return db;
    yield { done: 0, total: 0 };
  }
}

function inUse(path: string): TakeOverOutcome {
  return failed(`Cannot take over ${named(path)}: another program has it open, stop the Python litellm-pulse first`);
}

function failed(message: string): TakeOverOutcome {
  return { kind: "failed", message };
}

function named(path: string): string {
  return `the Python predecessor's database ${path}`;
}
