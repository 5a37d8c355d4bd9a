import { isoIn } from "../../aggregator/iso.ts";
import { nextTurn } from "../../ledger/pause.ts";
import { counted, countText } from "../../report/count-text.ts";
import { moneyText } from "../../report/money-text.ts";
import {
  type TakenOver,
  type TakeOverOptions,
  type TakeOverOutcome,
  type TakeOverStep,
  takeOver,
} from "../../store/predecessor/take-over.ts";
import type { Logger } from "../logger.ts";

const LOG_EVERY_MS = 5000;
const MATTER = "Taking over the Python predecessor's database";

/** What a take-over of the configured database needs besides the store's own options. */
export type TakeOverDeps = {
  readonly log: Logger;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Told how far it is, after each step. */
  readonly onProgress?: (line: string) => void;
};

/** The file can be opened now, or one line says why not. */
export type TakeOverResult = { readonly kind: "done" } | Extract<TakeOverOutcome, { kind: "failed" }>;

/**
 * Takes over the predecessor's database at a path and says what was found. Between its steps everything else has its
 * turn; an abort ends it, and the next start goes on.
 */
export async function runTakeOver(
  path: string,
  options: Omit<TakeOverOptions, "now" | "clock">,
  { log, now, signal, onProgress }: TakeOverDeps,
): Promise<TakeOverResult> {
  const steps = takeOver(path, { ...options, now: now(), clock: () => performance.now() });
  for (let loggedAt = now(); ; ) {
    const step = steps.next();
    if (step.done) return resultOf(step.value, options, log);
    const line = progressLine(step.value);
    onProgress?.(line);
    if (Math.abs(now() - loggedAt) >= LOG_EVERY_MS) {
      loggedAt = now();
      log.info(line);
    }
    await nextTurn();
    if (!signal.aborted) continue;
    const stopped = { kind: "failed", message: `${MATTER} was stopped, the next start goes on` } as const;
    steps.return(stopped);
    return stopped;
  }
}

function resultOf(outcome: TakeOverOutcome, options: Pick<TakeOverOptions, "zone">, log: Logger): TakeOverResult {
  switch (outcome.kind) {
    case "failed":
      return outcome;
    case "nothing":
      if (outcome.leftover !== undefined) {
        log.warning(
          `An earlier take-over of the Python predecessor's database did not end and its original is gone: what it had copied is kept as ${outcome.leftover}`,
        );
      }
      return { kind: "done" };
    case "taken_over":
      log.info(takenLine(outcome.taken, options), { rows: outcome.taken.rows, corrected: outcome.taken.corrected });
      return { kind: "done" };
    default:
      return outcome satisfies never;
  }
}

function progressLine({ done, total }: TakeOverStep): string {
  const percent = total === 0 ? 0 : Math.floor((100 * done) / total);
  return `${MATTER}: ${percent} % (${countText(done)} of ${counted(total, "scrape")})`;
}

function takenLine(
  { rows, corrected, isDamaged, from, to, requests, cost, copy }: TakenOver,
  { zone }: Pick<TakeOverOptions, "zone">,
): string {
  const range = from === undefined || to === undefined ? "" : ` from ${isoIn(from, zone)} to ${isoIn(to, zone)}`;
  const found = `${counted(rows, "scrape")}${range}, ${countText(corrected)} of them corrected`;
  const sums = `${counted(requests, "request")} and ${moneyText(cost)} in all`;
  const damage = isDamaged ? "; it is damaged and not all of it could be read" : "";
  return `Took over the Python predecessor's database: ${found}, ${sums}${damage}; the original is kept as ${copy}`;
}
