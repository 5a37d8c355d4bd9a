import { Database } from "bun:sqlite";
import { createZone } from "../../lib/aggregator/zone.ts";
import { IdentityHash } from "../../lib/ledger/batch/identity.ts";
import { createBatch, type SpendBatch } from "../../lib/ledger/batch/spend-batch.ts";
import { Texts } from "../../lib/ledger/batch/texts.ts";
import { createLedger, type Ledger } from "../../lib/ledger/ledger.ts";
import { createLedgerReader, type LedgerReader } from "../../lib/ledger/reader.ts";
import { ledgerMigrations } from "../../lib/ledger/schema/migrations.ts";
import { openPostgresStore } from "../../lib/ledger/sql/postgres/open.ts";
import type { PostgresStore } from "../../lib/ledger/sql/postgres/store.ts";
import { sqliteStore } from "../../lib/ledger/sql/sqlite/store.ts";
import { sqliteView } from "../../lib/ledger/sql/sqlite/view.ts";
import { migrate } from "../../lib/store/open/migrate.ts";

/** A request record as tests write it. Durations are NaN where there is none. */
export type TestRecord = {
  readonly id: string;
  readonly at: number;
  readonly latencyMs: number;
  readonly firstTokenMs: number;
  readonly spend: number;
  readonly prompt: number;
  readonly completion: number;
  readonly status: 0 | 1;
  readonly cache: 0 | 1 | 2;
  readonly model: string;
  readonly group: string | null;
  readonly provider: string | null;
  readonly key: string;
  readonly user: string | null;
  readonly endUser: string | null;
  readonly team: string | null;
  readonly tags: readonly string[] | null;
  readonly session: string | null;
};

/** A ledger in SQLite, and its connection. */
export type TestLedger = Ledger & { readonly db: Database };

/** A ledger in memory, or on a connection. */
export function openTestLedger(zone = "UTC", db = new Database(":memory:", { strict: true })): TestLedger {
  migrate(db, ledgerMigrations("sqlite"));
  return { ...createLedger(sqliteStore(db), createZone(zone)), db };
}

/** A ledger whose transactions are broken off at their end, as a kill would. */
export function breakingOff(ledger: Ledger, error: Error): Ledger {
  const broken =
    (write: Ledger["write"]): Ledger["write"] =>
    (work) =>
      write(async (transaction) => {
        await work(transaction);
        throw error;
      });
  return { ...ledger, write: broken(ledger.write), writeUnseen: broken(ledger.writeUnseen) };
}

/** The same ledger as answers see it. */
export function readerOf(ledger: TestLedger): LedgerReader {
  return createLedgerReader(sqliteView(ledger.db));
}

/** Records as a source gives them. */
export function batchOf(records: readonly TestRecord[], texts = new Texts()): SpendBatch {
  const batch = createBatch(texts, records.length);
  const hash = new IdentityHash();
  for (const [i, record] of records.entries()) {
    batch.startedAt[i] = record.at;
    batch.latencyMs[i] = record.latencyMs;
    batch.firstTokenMs[i] = record.firstTokenMs;
    batch.spend[i] = record.spend;
    batch.promptTokens[i] = record.prompt;
    batch.completionTokens[i] = record.completion;
    batch.totalTokens[i] = record.prompt + record.completion;
    batch.status[i] = record.status;
    batch.cache[i] = record.cache;
    batch.model[i] = texts.numberOf(record.model);
    batch.modelGroup[i] = texts.numberOf(record.group);
    batch.provider[i] = texts.numberOf(record.provider);
    batch.key[i] = texts.numberOf(record.key);
    batch.user[i] = texts.numberOf(record.user);
    batch.endUser[i] = texts.numberOf(record.endUser);
    batch.team[i] = texts.numberOf(record.team);
    batch.tags[i] = texts.numberOf(record.tags === null ? null : JSON.stringify(record.tags));
    if (record.session) {
      hash.ofText(record.session);
      batch.sessionHigh[i] = hash.high;
      batch.sessionLow[i] = hash.low;
    }
    hash.ofText(record.id);
    batch.identityHigh[i] = hash.high;
    batch.identityLow[i] = hash.low;
  }
  batch.length = records.length;
  return batch;
}

/** A ledger in PostgreSQL that was opened as the program opens it, and what ends it. */
export type TestServerLedger = Ledger & { readonly store: PostgresStore; close(): Promise<void> };

/** Opens the ledger at an address, and makes it where there is none. */
export async function openServerLedger(url: string, zone = "UTC"): Promise<TestServerLedger> {
  const opened = await openPostgresStore(url);
  if (opened.kind === "failed") throw new Error(opened.message);
  const { store } = opened;
  return { ...createLedger(store, createZone(zone)), store, close: store.close };
}
