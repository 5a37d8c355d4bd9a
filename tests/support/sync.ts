import type { Ledger } from "../../lib/ledger/ledger.ts";
import type { Patience } from "../../lib/ledger/postgres/client.ts";
import type { Tally } from "../../lib/ledger/sync/run.ts";
import { createSession, type RunOutcome, type SyncSession } from "../../lib/ledger/sync/session.ts";
import type { FullRange } from "../../lib/ledger/sync/sync.ts";
import { openTestLedger, type TestLedger } from "./ledger.ts";
import type { TestDatabase } from "./postgres.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Noon of a Friday, the moment of most tests. */
export const NOW = Date.UTC(2026, 10, 20, 12);

/** What a ledger holds in all. */
type Sums = { readonly requests: number; readonly tokens: number; readonly spend: number };

/** A source and a ledger in memory between which tests run a sync; the clock is moved by hand. */
export type TestSync = AsyncDisposable & {
  readonly ledger: TestLedger;
  now: number;
  run(full?: FullRange, signal?: AbortSignal): Promise<RunOutcome>;
  /** A run that has to end well. */
  tally(full?: FullRange): Promise<Tally>;
  /** The one line of a run that has to fail, and whether waiting may help. */
  failure(): Promise<{ readonly reason: string; readonly message: string }>;
  sums(): Promise<Sums>;
};

/** Makes it; `url` is the database's own unless given. */
export function openSync(
  database: Pick<TestDatabase, "url">,
  options: {
    readonly url?: string;
    readonly table?: string;
    readonly columns?: Readonly<Record<string, string>>;
    readonly ledger?: TestLedger;
    readonly onRows?: (rows: number) => void;
    readonly patience?: Patience;
  } = {},
): TestSync {
  const { url = database.url, table, columns = {}, ledger = openTestLedger(), onRows, patience } = options;
  const wish = { table, columns: new Map(Object.entries(columns)) };
  const session: SyncSession | undefined = createSession({ ledger, url, wish, now: () => sync.now, patience });
  if (session === undefined) throw new Error(`No address: ${url}`);
  const sync: TestSync = {
    ledger,
    now: NOW,
    run(full, signal = new AbortController().signal) {
      return session.run({ ...(full ? { full } : {}), signal, onStep: ({ rows }) => onRows?.(rows) });
    },
    async tally(full) {
      const outcome = await sync.run(full);
      if (outcome.kind !== "done") throw new Error(JSON.stringify(outcome));
      return outcome.tally;
    },
    async failure() {
      const outcome = await sync.run();
      if (outcome.kind !== "failed") throw new Error(JSON.stringify(outcome));
      return outcome.failure;
    },
    sums: () => sumsOf(ledger),
    [Symbol.asyncDispose]: () => session.close(),
  };
  return sync;
}

/** What a ledger holds in all, in whichever database. */
async function sumsOf({ sql }: Ledger): Promise<Sums> {
  const [sums] = await sql.rows<Sums>(
    `SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(total_tokens), 0) AS tokens, coalesce(sum(spend), 0) AS spend
       FROM quarter JOIN sheet ON sheet.id = quarter.sheet WHERE sheet.is_live = 1`,
  );
  return sums ?? { requests: 0, tokens: 0, spend: 0 };
}

/** One made-up row of `"LiteLLM_SpendLogs"`; what is not given is as LiteLLM's defaults have it. */
export async function addRow(
  { sql }: Pick<TestDatabase, "sql">,
  row: {
    readonly id: string;
    readonly at: number;
    readonly spend?: number;
    readonly endAt?: number;
    readonly model?: string;
  },
): Promise<void> {
  const { id, at, spend = 1, endAt = at + 1000, model = "gpt" } = row;
  const time = (ms: number) => new Date(ms).toISOString().slice(0, -1);
  await sql`INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, spend, total_tokens, "startTime", "endTime", model)
    VALUES (${id}, 'acompletion', ${spend}, 10, ${time(at)}::text::timestamp, ${time(endAt)}::text::timestamp, ${model})`;
}
