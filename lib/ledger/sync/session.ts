import type { Ledger } from "../ledger.ts";
import { type PostgresAddress, parseAddress } from "../postgres/address.ts";
import { openClient, type Patience, type SourceClient } from "../postgres/client.ts";
import { type SourceFailure, sourceFailure } from "../postgres/failure.ts";
import { claimSource } from "../source.ts";
import { LedgerError } from "../sql/ledger-error.ts";
import { ledgerSink } from "./ledger-sink.ts";
import type { RunStep, Tally } from "./run.ts";
import { Overtaken, Stopped } from "./stopped.ts";
import { type FullRange, syncFull, syncNew } from "./sync.ts";
import { discover, type TableWish } from "./table/discover.ts";

/** What is read, and where it goes. */
export type SessionOptions = {
  readonly ledger: Ledger;
  /** `postgresql://…`, as the setting has it. */
  readonly url: string;
  readonly wish: TableWish;
  readonly now: () => number;
  readonly patience?: Patience | undefined;
};

/** How one run over the source ended. */
export type RunOutcome =
  | { readonly kind: "done"; readonly table: string; readonly tally: Tally; readonly notes: readonly string[] }
  /** Somebody asked to stop; what was folded until then stays, and the next run goes on. */
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly failure: SourceFailure };

/** A source that feeds a ledger, one run after the other. */
export type SyncSession = {
  /**
   * Reads what is new, or days anew. @throws SQLiteError or LedgerError where the ledger cannot be written: nothing of
   * the page is in it then.
   */
  run(options: {
    readonly full?: FullRange;
    readonly signal: AbortSignal;
    readonly onStep: (step: RunStep, estimatedRows: number) => void;
    /** The run begins: a session that has to wait for its turn has it now. */
    readonly onBegin?: () => void;
  }): Promise<RunOutcome>;
  close(): Promise<void>;
};

/** Makes a session; nothing is connected yet. Undefined where the URL is none. */
export function createSession({ ledger, url, wish, now, patience }: SessionOptions): SyncSession | undefined {
  const address = parseAddress(url);
  if (address === undefined) return undefined;
  let client: SourceClient | undefined;
  return {
    async run({ full, signal, onStep, onBegin }) {
      onBegin?.();
      client ??= openClient(address, patience);
      try {
        const found = await discover(client, wish);
        if (found.kind === "unfit") return refused(found.message);
        const { table } = found;
        const source = `${address.database}.${table.label}`;
        const claim = await claimSource(ledger, { kind: "table", name: source });
        if (claim.kind === "refused") return refused(claim.message);
        const sink = ledgerSink(ledger, source, now);
        const step = (one: RunStep) => onStep(one, table.estimatedRows);
        const run = { client, table, sink, now, signal, onStep: step };
        await sink.tidy();
        const tally = full === undefined ? await syncNew(run) : await syncFull(run, full);
        return { kind: "done", table: table.label, tally, notes: table.notes };
      } catch (error) {
        // The other connections may have been ended as well.
        await client.close();
        client = undefined;
        if (error instanceof Stopped || signal.aborted) return { kind: "stopped" };
        return { kind: "failed", failure: failureOf(error, address) };
      }
    },
    async close() {
      await client?.close();
    },
  };
}

function refused(message: string): RunOutcome {
  return { kind: "failed", failure: { reason: "refused", message } };
}

function failureOf(error: unknown, address: PostgresAddress): SourceFailure {
  if (error instanceof Overtaken) return { reason: "away", message: error.message };
  // A ledger that cannot be written is for the caller to tell.
  if (error instanceof LedgerError || (error instanceof Error && error.name === "SQLiteError")) throw error;
  return sourceFailure(error, address);
}
