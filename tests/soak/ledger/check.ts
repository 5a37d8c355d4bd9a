import { Database } from "bun:sqlite";
import { expectLedger } from "../../support/ledger-file.ts";
import type { TestDatabase } from "../../support/postgres.ts";
import { difference } from "../../support/same-answer.ts";
import { TRUTHS } from "../../support/spend-truth.ts";
import { DAY } from "../moments.ts";
import type { Tally } from "../tally.ts";
import { type Cell, writtenCells, writtenRows } from "./written.ts";

/** What the sums of a day, a model, a key and a user may be off by. */
const MONEY = 1e-9;

/** Compares a ledger's file with all rows ever written: every rollup's total, and each day, model, key and user. */
export async function checkFile(name: string, path: string, database: TestDatabase, tally: Tally): Promise<void> {
  const written = await writtenCells(database);
  const total = (of: (cell: Cell) => number) => written.reduce((sum, cell) => sum + of(cell), 0);
  try {
    expectLedger(path, {
      requests: total(({ requests }) => requests),
      failures: total(({ failures }) => failures),
      tokens: total(({ tokens }) => tokens),
      spend: total(({ spend }) => spend),
    });
  } catch (error) {
    tally.differ(`${name}: ${error instanceof Error ? Bun.stripANSI(error.message).slice(0, 1500) : String(error)}`);
  }
  const held = cellsOf(path);
  for (const cell of written) {
    const what = `${name}, day ${cell.day}, ${cell.model}, ${cell.key.slice(0, 6)}, ${cell.user}`;
    const found = held.get(keyOf(cell));
    held.delete(keyOf(cell));
    for (const measure of ["requests", "failures", "tokens"] as const) {
      tally.compare(`${what}: ${measure}`, found?.[measure] ?? 0, cell[measure], 0);
    }
    tally.compare(`${what}: spend`, found?.spend ?? 0, cell.spend, MONEY * Math.max(1, cell.spend));
  }
  for (const cell of held.values()) {
    if (cell.requests !== 0) tally.differ(`${name} holds what nobody wrote: ${JSON.stringify(cell)}`);
  }
  tally.count("days, models, keys and users compared", written.length);
}

/** Compares what a service answers with what the rows say one by one. */
export async function checkAnswers(url: string, database: TestDatabase, now: number, tally: Tally): Promise<void> {
  const rows = await writtenRows(database);
  const truth = { rows, people: { keys: [], users: [], teams: [], error_logs: [] }, now, own: undefined };
  const dates = rows.map(({ startTime }) => startTime.slice(0, 10)).toSorted();
  const query = { start_date: dates[0] ?? "", end_date: new Date(now + DAY).toISOString().slice(0, 10) };
  const window = `start_date=${query.start_date}&end_date=${query.end_date}`;
  for (const path of ["/global/activity", "/global/spend/provider", "/spend/tags"]) {
    const answer = await getJson(`${url}${path}?${window}`);
    const found = difference(answer, TRUTHS[path]?.(truth, query), () => false);
    tally.count("answers compared with rows");
    if (found !== undefined) tally.differ(`${path}: ${found}`);
  }
  const byKey = await getJson(`${url}/global/spend/report?${window}&group_by=api_key`);
  const report = TRUTHS["/global/spend/report"]?.(truth, { ...query, group_by: "api_key" });
  const differs = difference(byKey, report, () => false);
  tally.count("answers compared with rows");
  if (differs !== undefined) tally.differ(`/global/spend/report: ${differs}`);
  // The shape of `/usage`, which other tests hold.
  const { totals } = (await getJson(`${url}/usage`)) as { totals: Readonly<Record<string, number>> };
  tally.compare("/usage requests", totals["total_requests"] ?? 0, rows.length, 0);
  const tokens = rows.reduce((sum, row) => sum + row.total_tokens, 0);
  tally.compare("/usage tokens", totals["total_tokens"] ?? 0, tokens, 0);
}

function cellsOf(path: string): Map<string, Cell> {
  const db = new Database(path, { readonly: true });
  const cells = db
    .query<Cell, []>(
      `SELECT sheet.day AS day, model.text AS model, key.text AS key, coalesce(user.text, '') AS user, SUM(requests) AS requests,
        SUM(failures) AS failures, SUM(total_tokens) AS tokens, SUM(spend) AS spend
       FROM payer_day JOIN sheet ON sheet.id = sheet AND sheet.is_live = 1 JOIN payer ON payer.id = payer
       JOIN route ON route.id = route JOIN text AS model ON model.id = route.model
       JOIN text AS key ON key.id = payer.api_key LEFT JOIN text AS user ON user.id = payer.user_id
       GROUP BY 1, 2, 3, 4`,
    )
    .all();
  db.close();
  return new Map(cells.map((cell) => [keyOf(cell), cell]));
}

function keyOf({ day, model, key, user }: Cell): string {
  return JSON.stringify([day, model, key, user]);
}

async function getJson(url: string): Promise<unknown> {
  return await (await fetch(url)).json();
}
