import type { ByteTexts } from "../../batch/byte-texts.ts";
import type { GroupBatch } from "../../batch/group-batch.ts";
import type { SpendBatch } from "../../batch/spend-batch.ts";
import type { SourceClient } from "../../postgres/client.ts";
import { drainCopy } from "../../postgres/copy-stream.ts";
import { Stopped } from "../stopped.ts";
import type { SourceTable } from "../table/source-table.ts";
import { CopyDecoder, type FieldReader } from "./copy-decoder.ts";
import { GroupReader, groupsSql } from "./group-reader.ts";
import { type Oddities, RowReader } from "./row-reader.ts";

const BATCH_ROWS = 4096;
/** Batches are small where one is kept for each day. */
const DAY_BATCH_ROWS = 512;

/** Where a page ended: the time in PostgreSQL's microseconds, and the id. */
export type PageEnd = { readonly micros: number; readonly id: string };

/** Rows that were read. */
export type RowsRead = { readonly rows: number; readonly oddities: Oddities };

type CopyRequest = {
  readonly table: SourceTable;
  /** SQL after WHERE. */
  readonly where: string;
  readonly texts: ByteTexts;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

/** What is read, and who gets it. */
export type ReadRequest = CopyRequest & {
  /** Has a batch until it returns. */
  readonly onBatch: (batch: SpendBatch) => void;
  /** Whether the batches need no identities: what stands there means nothing then. */
  readonly isAnonymous?: boolean;
};

/**
 * Streams the rows that fit a condition into batches, those of one UTC day together if asked.
 *
 * @throws Stopped when the signal is aborted, and whatever the client throws.
 */
export async function streamRows(client: SourceClient, request: ReadRequest, isByDay = false): Promise<RowsRead> {
  const { table, where, texts, onBatch } = request;
  const capacity = isByDay ? DAY_BATCH_ROWS : BATCH_ROWS;
  const identity = request.isAnonymous === true ? "none" : table.identity;
  const reader = new RowReader(table.fields, { identity, texts, capacity, onBatch, isByDay });
  await copy(client, `SELECT ${listOf(table)} FROM ${table.sql} WHERE ${where}`, reader, request);
  return { rows: reader.rows, oddities: reader.oddities };
}

/** Streams what PostgreSQL counts of the rows that fit a condition, of a table that `isGroupable`. */
export async function streamGroups(
  client: SourceClient,
  request: CopyRequest & { readonly onGroups: (batch: GroupBatch) => void },
): Promise<RowsRead> {
  const { table, where, texts, onGroups } = request;
  const reader = new GroupReader(texts, onGroups);
  // Its guess of how many groups there are would make it sort every row.
  await copy(
    client,
    groupsSql(table, where),
    reader,
    request,
    "SET LOCAL enable_sort = off; SET LOCAL work_mem = '64MB'",
  );
  return { rows: reader.rows, oddities: reader.oddities };
}

/** Reads one page of at most so many rows into one batch; `end` is its last row, undefined where there was none. */
export async function readPage(
  client: SourceClient,
  request: ReadRequest,
  page: { readonly order: string; readonly rows: number },
): Promise<RowsRead & { readonly end: PageEnd | undefined }> {
  const { table, where, texts, onBatch } = request;
  const options = { identity: table.identity, texts, capacity: page.rows, onBatch, keepsIds: true };
  const reader = new RowReader(table.fields, options);
  const select = `SELECT ${listOf(table)} FROM ${table.sql} WHERE ${where} ORDER BY ${page.order} LIMIT ${page.rows}`;
  await copy(client, select, reader, request);
  const end = reader.rows === 0 ? undefined : { micros: reader.lastMicros, id: reader.lastId };
  return { rows: reader.rows, oddities: reader.oddities, end };
}

function listOf(table: SourceTable): string {
  return table.fields.map(({ sql }) => sql).join(", ");
}

async function copy(
  client: SourceClient,
  select: string,
  reader: FieldReader,
  request: CopyRequest,
  settings?: string,
): Promise<void> {
  const { signal, timeoutMs } = request;
  const decoder = new CopyDecoder(reader);
  try {
    await client.read(timeoutMs, async (sql, tap) => {
      if (settings !== undefined) await sql.unsafe(settings);
      const query = sql.unsafe(`COPY (${select}) TO STDOUT (FORMAT binary)`);
      const cancel = () => query.cancel();
      signal.addEventListener("abort", cancel);
      try {
        await drainCopy(query, tap, (chunk) => {
          if (!signal.aborted) decoder.push(chunk);
        });
      } finally {
        signal.removeEventListener("abort", cancel);
      }
      if (!signal.aborted) decoder.finish();
    });
  } catch (error) {
    throw signal.aborted ? new Stopped() : error;
  }
  if (signal.aborted) throw new Stopped();
  if (!decoder.isComplete) throw Object.assign(new Error("the rows were cut off"), { code: "CONNECTION_CLOSED" });
}
