import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createZone } from "../../lib/aggregator/zone.ts";
import { foldBatch } from "../../lib/ledger/fold/fold-batch.ts";
import { unpricedUse } from "../../lib/ledger/questions/unpriced.ts";
import { ledgerNames } from "../../lib/ledger/questions/usage-rows.ts";
import type { LedgerReader, LedgerState } from "../../lib/ledger/reader.ts";
import { answerAggregate } from "../../lib/query/aggregate.ts";
import { answerAnalytics } from "../../lib/query/analytics/answer.ts";
import { parseWindow } from "../../lib/query/analytics/window.ts";
import { answerLedgerUsage } from "../../lib/query/ledger-usage/answer.ts";
import { reachOf } from "../../lib/query/ledger-usage/reach.ts";
import { parseQuestion } from "../../lib/query/question/parse-question.ts";
import { readLedgerFigures } from "../../lib/server/ledger-metrics.ts";
import { batchOf, openTestLedger, readerOf, type TestLedger } from "../support/ledger.ts";
import { copyToPostgres } from "../support/ledger-copy.ts";
import { openDatabase, type TestDatabase } from "../support/postgres.ts";
import { recordWith } from "../support/records.ts";
import { AS_OF, recordedLedger } from "../support/spend-api.ts";

const START_TIMEOUT_MS = 60_000;
const DAY_MS = 86_400_000;

/** Names that people and bytes put in different orders, with equal sums. */
const NAMES = ["b", "B", "a", "A", "é", "z", "Z", "_", "a b", "ab", "", "10", "9", "☃"];

async function tiedLedger(zone: string): Promise<TestLedger> {
  const ledger = openTestLedger(zone);
  const records = NAMES.flatMap((name, i) =>
    [0, 1, 40].map((days) =>
      recordWith({
        ...{ id: `${name} ${days}`, at: AS_OF - days * DAY_MS - i * 1000, status: 0, spend: days === 1 ? 0 : 0.25 },
        ...{ model: name, group: name, provider: name, key: name, user: name, team: name, endUser: name, tags: [name] },
      }),
    ),
  );
  await foldBatch(ledger, batchOf(records), { now: AS_OF, source: "records" });
  return ledger;
}

type Ask = (state: LedgerState, zone: string) => Promise<unknown>;

function usage(words: Readonly<Record<string, string>>): Ask {
  return async (state, zoneName) => {
    const zone = createZone(zoneName);
    const asked = new Map(Object.entries({ source: "ledger", ...words }).map(([name, text]) => [name, [text]]));
    const parsed = parseQuestion(asked, zone, AS_OF);
    if (parsed.kind === "bad") throw new Error(parsed.error);
    return answerLedgerUsage(state, parsed.question, AS_OF, zone);
  };
}

function analytics(start?: string, end?: string): Ask {
  return async (state, zoneName) => {
    const zone = createZone(zoneName);
    const read = parseWindow(start, end, AS_OF, zone);
    if (read.kind === "bad") throw new Error(read.error);
    return answerAnalytics(state, read.window, AS_OF, zone);
  };
}

const LONG = { since: "2026-10-01T00:00:00Z", until: "2026-11-21T21:00:00Z" };
const CUT = { since: "2026-11-10T07:15:00Z", until: "2026-11-21T19:45:00Z" };
const AS_OF_DAY = Math.floor(AS_OF / DAY_MS);
const UNPRICED_DAYS = { first: AS_OF_DAY - 50, last: AS_OF_DAY + 1 };

const QUESTIONS: readonly (readonly [name: string, ask: Ask])[] = [
  ["/usage", analytics()],
  ["/usage of a window", analytics("2026-10-05", "2026-11-20")],
  ["/aggregate", answerAggregate],
  ["the ledger's metrics", readLedgerFigures],
  ["what the records cover", (state) => reachOf(state, AS_OF)],
  ["what cost nothing", ({ sql }, zone) => unpricedUse(sql, { ...UNPRICED_DAYS, zone })],
  ["the names of models", ({ sql }) => ledgerNames(sql, "model")],
  ["the names of teams", ({ sql }) => ledgerNames(sql, "team")],
  ...["model", "model_group", "provider", "status", "model,status", "tag", "key", "user", "team", "end_user"].map(
    (by) => [`usage by ${by}`, usage({ ...LONG, by })] as const,
  ),
  ...["team,model", "key,user,team,model,provider", "end_user,key", "day,team", "day,model", "hour,model", "day"].map(
    (by) => [`usage by ${by}`, usage({ ...CUT, by })] as const,
  ),
  ["usage of a model", usage({ ...CUT, model: "a", by: "provider" })],
  ["usage of some teams", usage({ ...LONG, team: "a,B,none", by: "team" })],
  ["usage by hours of a month", usage({ period: "month", step: "hour", by: "model" })],
];

describe.each(["UTC", "America/New_York"])("a ledger of %s in PostgreSQL, of whatever collation", (zone) => {
  const ledgers: { database: TestDatabase; copy: LedgerReader; original: LedgerReader }[] = [];
  beforeAll(async () => {
    for (const ledger of [await recordedLedger(zone), await tiedLedger(zone)]) {
      const database = await openDatabase({ isForPeople: true });
      ledgers.push({ database, copy: await copyToPostgres(ledger.db, database), original: readerOf(ledger) });
    }
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    for (const { database, copy, original } of ledgers) {
      await Promise.all([copy.close(), original.close()]);
      await database[Symbol.asyncDispose]();
    }
  });

  test.each(QUESTIONS)("answers %s as SQLite does, to the byte", async (_, ask) => {
    expect(ledgers).toHaveLength(2);
    for (const { copy, original } of ledgers) {
      const expected = await original.snapshot((state) => ask(state, zone));
      const found = await copy.snapshot((state) => ask(state, zone));
      expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
    }
  });
});
