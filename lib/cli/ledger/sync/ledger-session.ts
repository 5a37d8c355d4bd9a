import { createZone } from "../../../aggregator/zone.ts";
import type { SourceFailure } from "../../../ledger/postgres/failure.ts";
import { createSession, type RunOutcome, type SyncSession } from "../../../ledger/sync/session.ts";
import { sleepUntilAborted } from "../../sleep.ts";
import { isLedgerAway, ledgerTrouble } from "../ledger-trouble.ts";
import { type LedgerTurn, type OpenLedger, openLedger } from "../open-ledger.ts";
import type { SyncSettings } from "./sync-settings.ts";

/** How often a run looks whether it is its turn: at a file, at a server for one run, and to follow from then on. */
const FILE_TURN_MS = 200;
const ONE_RUN_MS = 500;
const STANDING_MS = 10_000;

/** How runs go on: `isFollowing` where one comes after the other; `onWait` hears that another process has the turn. */
export type SessionManner = {
  readonly isFollowing: boolean;
  readonly now: () => number;
  readonly onWait: (line: string) => void;
};

/** How a run ended; `ledger`: what was read could not be written. */
type SessionOutcome = RunOutcome | { readonly kind: "ledger"; readonly failure: SourceFailure };

type RunOptions = Parameters<SyncSession["run"]>[0];

/** A source whose ledger is open. */
export type OpenSession = {
  readonly kind: "open";
  /** Waits for its turn, and runs over the source once. */
  run(options: RunOptions): Promise<SessionOutcome>;
  close(): Promise<void>;
};

/** An open session, or one line that says why there is none. */
export type OpenedSession =
  | OpenSession
  | { readonly kind: "failed"; readonly message: string; readonly isAway: boolean };

/** Opens the ledger, makes it where there is none, and prepares the source. One run at a time reads into a ledger. */
export async function openSession(settings: SyncSettings, manner: SessionManner): Promise<OpenedSession> {
  const opened = await openLedger(settings.ledger, createZone(settings.timezone));
  if (opened.kind === "failed") {
    const { message, reason } = opened.failure;
    return { kind: "failed", message, isAway: reason === "away" };
  }
  const { ledger, place } = opened;
  const { url, table, columns } = settings;
  const session = createSession({ ledger, url, wish: { table, columns }, now: manner.now });
  if (session === undefined) throw new TypeError("The setting let a URL through that is none");
  const turns = turnsOf(opened, manner);
  const runInTurn = async (options: RunOptions): Promise<RunOutcome> => {
    const isMine = await turns.wait(options.signal);
    if (!isMine) return { kind: "stopped" };
    let isKept = false;
    try {
      const outcome = await session.run(options);
      isKept = true;
      return outcome;
    } finally {
      await turns.leave(isKept);
    }
  };
  return {
    kind: "open",
    async run(options) {
      try {
        return await runInTurn(options);
      } catch (error) {
        const reason = isLedgerAway(error) ? "away" : "refused";
        return { kind: "ledger", failure: { reason, message: ledgerTrouble(place, error) } };
      }
    },
    async close() {
      await session.close();
      await turns.leave(false);
      await opened.close();
    },
  };
}

/** The turns of one process: taken before a run, and kept after it where nobody else wants one. */
function turnsOf(
  { takeTurn, place, isFile }: OpenLedger,
  { isFollowing, onWait }: SessionManner,
): { wait(signal: AbortSignal): Promise<boolean>; leave(mayKeep: boolean): Promise<void> } {
  const how = isFollowing ? "standing" : "once";
  const pauseMs = isFile ? FILE_TURN_MS : isFollowing ? STANDING_MS : ONE_RUN_MS;
  let turn: LedgerTurn | undefined;
  return {
    async wait(signal) {
      let hasTold = false;
      for (;;) {
        turn ??= await takeTurn(how);
        if (turn) return true;
        if (!hasTold) onWait(`Another litellm-pulse is reading into the ledger ${place}: waiting for it`);
        hasTold = true;
        await sleepUntilAborted(pauseMs, signal);
        if (signal.aborted) return false;
      }
    },
    async leave(mayKeep) {
      if (!turn || (mayKeep && turn.isStanding && !(await turn.isWanted()))) return;
      const left = turn;
      turn = undefined;
      await left.release();
    },
  };
}
