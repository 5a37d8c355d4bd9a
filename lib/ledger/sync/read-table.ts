import { ByteTexts } from "../batch/byte-texts.ts";
import type { GroupBatch } from "../batch/group-batch.ts";
import type { SpendBatch } from "../batch/spend-batch.ts";
import { MINUTES_KEPT_MS } from "../fold/fold-batch.ts";
import { rowsOf } from "../postgres/client.ts";
import type { DaySink } from "./ledger-sink.ts";
import { isGroupable } from "./rows/group-reader.ts";
import { streamGroups, streamRows } from "./rows/read-rows.ts";
import { addRead, BULK_TIMEOUT_MS, OPEN_DAYS, PAGE_TIMEOUT_MS, type Run, type Tally } from "./run.ts";
import { Overtaken } from "./stopped.ts";
import { DAY_MS, since } from "./table/moments.ts";

/** The smallest and the largest id as text; undefined of an empty table. */
export async function idRange(run: Run): Promise<{ readonly first: string; readonly last: string } | undefined> {
  const { client, table } = run;
  const statement = `SELECT min(${table.idKey})::text AS first, max(${table.idKey})::text AS last FROM ${table.sql}`;
  const [row] = await client.read(PAGE_TIMEOUT_MS, (sql) => rowsOf(sql, statement));
  const { first, last } = { first: row?.["first"], last: row?.["last"] };
  return typeof first === "string" && typeof last === "string" ? { first, last } : undefined;
}

/**
 * Reads a whole table whose rows cannot be found by their time, over two connections by halves of its ids; the days come
 * as they come and are all finished at the end. @throws Stopped, and what the client throws.
 */
export async function readTable(
  run: Run,
  reading: { readonly force: boolean; readonly progress: string },
  tally: Tally,
): Promise<void> {
  const range = await idRange(run);
  if (range === undefined) return;
  const texts = new ByteTexts();
  const sheets = new Map<number, DaySink>();
  const today = Math.floor(run.now() / DAY_MS);
  const sheetOf = (day: number): DaySink => {
    const sheet =
      sheets.get(day) ??
      run.sink.beginDay(day, { keepsIdentities: day > today - OPEN_DAYS, mayRepeat: run.table.mayRepeat });
    sheets.set(day, sheet);
    return sheet;
  };
  const { table, signal } = run;
  const middle = String((BigInt(range.first) + BigInt(range.last)) / 2n);
  const halves = [`${table.idKey} <= ${middle}`, `${table.idKey} > ${middle} AND ${table.idKey} <= ${range.last}`];
  let rows = 0;
  const onBatch = (batch: SpendBatch) => {
    sheetOf(Math.floor((batch.startedAt[0] ?? 0) / DAY_MS)).add(batch);
    rows += batch.length;
    run.onStep({ rows, daysDone: 0, days: 0 });
  };
  const onGroups = (batch: GroupBatch) => {
    for (let row = 0; row < batch.length; row++) {
      sheetOf(Math.floor((batch.at[row] ?? 0) / DAY_MS)).addGroup(batch, row);
      rows += batch.requests[row] ?? 0;
    }
    run.onStep({ rows, daysDone: 0, days: 0 });
  };
  const request = { table, texts, timeoutMs: BULK_TIMEOUT_MS, signal };
  // The newest days keep identities and minutes, so that their rows have to come one by one.
  const rowsFrom = Math.min(today - OPEN_DAYS + 1, Math.floor((run.now() - MINUTES_KEPT_MS) / DAY_MS)) * DAY_MS;
  const readHalf = async (half: string): Promise<void> => {
    if (table.mayRepeat || !isGroupable(table)) {
      addRead(tally, await streamRows(run.client, { ...request, where: half, onBatch }, true));
      return;
    }
    const isNew = since(table, rowsFrom);
    addRead(
      tally,
      await streamGroups(run.client, { ...request, where: `${half} AND (${isNew}) IS NOT TRUE`, onGroups }),
    );
    addRead(tally, await streamRows(run.client, { ...request, where: `${half} AND ${isNew}`, onBatch }, true));
  };
  const ended = await Promise.allSettled(halves.map(readHalf));
  for (const half of ended) {
    if (half.status === "rejected") throw half.reason;
  }
  const days = [...sheets.keys()].toSorted((a, b) => a - b);
  for (const [index, day] of days.entries()) {
    const sheet = sheetOf(day);
    const isLast = index === days.length - 1;
    const outcome = await sheet.commit({ force: reading.force, ...(isLast ? { progress: reading.progress } : {}) });
    if (outcome.kind === "replaced") tally.counted += outcome.records;
    else if (outcome.kind === "fewer") tally.fewer.push({ day, source: outcome.source, ledger: outcome.ledger });
    else throw new Overtaken();
    sheets.delete(day);
    run.onStep({ rows, daysDone: index + 1, days: days.length });
  }
}
