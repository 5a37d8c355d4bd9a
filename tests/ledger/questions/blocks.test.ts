import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { foldBatch } from "../../../lib/ledger/fold/fold-batch.ts";
import { beginDay } from "../../../lib/ledger/fold/fold-day.ts";
import { minuteUse } from "../../../lib/ledger/questions/minutes.ts";
import { population } from "../../../lib/ledger/questions/population.ts";
import { rangeUse } from "../../../lib/ledger/questions/route-days.ts";
import { batchOf, openTestLedger, readerOf } from "../../support/ledger.ts";
import { propertyRuns } from "../../support/property.ts";
import { recordWith } from "../../support/records.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAY = Date.UTC(2026, 10, 9) / DAY_MS;
const NOW = (DAY + 30) * DAY_MS;
const ALWAYS = { first: 0, last: 1e8, zone: "UTC" };

describe("an answer whose past is remembered", () => {
  test("knows records that are added to an old day, and an old day that is folded anew", async () => {
    const ledger = openTestLedger();
    const add = (id: string, day: number, user: string) =>
      foldBatch(ledger, batchOf([recordWith({ id, at: day * DAY_MS, user, model: id, latencyMs: 100 })]), {
        now: NOW,
        source: "records",
      });
    const reader = readerOf(ledger);
    const asked = () =>
      reader.snapshot(async (state) => {
        const { models, tokens } = await rangeUse(state, ALWAYS);
        const found = models.map(({ model, requests, latency }) => [model, requests, latency.count]);
        return { found, tokens: tokens.count, users: (await population(state, ALWAYS)).users };
      });
    await add("old", DAY, "a");
    await add("new", DAY + 20, "a");
    const both = [
      ["new", 1, 1],
      ["old", 1, 1],
    ];
    expect(await asked()).toEqual({ found: both, tokens: 2, users: 1 });
    expect(await asked()).toEqual({ found: both, tokens: 2, users: 1 });
    await add("late", DAY, "b");
    expect(await asked()).toEqual({ found: [["late", 1, 1], ...both], tokens: 3, users: 2 });
    const anew = beginDay(ledger, DAY, { now: NOW, keepsIdentities: false });
    const others = ["x", "y"].map((id) => recordWith({ id, at: DAY * DAY_MS, user: id, model: "anew", latencyMs: 5 }));
    anew.add(batchOf(others));
    expect(await anew.commit({ source: "records" })).toMatchObject({ kind: "replaced" });
    const replaced = [
      ["anew", 2, 2],
      ["new", 1, 1],
    ];
    expect(await asked()).toEqual({ found: replaced, tokens: 3, users: 3 });
  });
});

describe("what was used between two minutes", () => {
  test("is the sum of the records that began there, wherever quarters and days begin", async () => {
    const minute = fc.integer({ min: 0, max: 3000 });
    await fc.assert(
      fc.asyncProperty(fc.array(minute, { minLength: 1, maxLength: 60 }), minute, minute, async (minutes, a, b) => {
        const start = DAY * DAY_MS;
        const ledger = openTestLedger();
        const records = minutes.map((at, i) => recordWith({ id: `r${i}`, at: start + at * MINUTE_MS + i, status: 0 }));
        await foldBatch(ledger, batchOf(records), { now: start + DAY_MS, source: "records" });
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const inside = records.filter((_, i) => (minutes[i] ?? 0) >= from && (minutes[i] ?? 0) < to);
        const use = await readerOf(ledger).snapshot(({ sql }) =>
          minuteUse(sql, start + from * MINUTE_MS, start + to * MINUTE_MS),
        );
        expect(use).toEqual({
          requests: inside.length,
          successTokens: inside.reduce((sum, { prompt, completion }) => sum + prompt + completion, 0),
        });
      }),
      propertyRuns(60),
    );
  });
});
