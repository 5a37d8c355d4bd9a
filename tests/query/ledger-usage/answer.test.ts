import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { foldBatch } from "../../../lib/ledger/fold/fold-batch.ts";
import { answerLedgerUsage } from "../../../lib/query/ledger-usage/answer.ts";
import { parseQuestion } from "../../../lib/query/question/parse-question.ts";
import type { UsageAnswer } from "../../../lib/query/usage/answer.ts";
import { batchOf, openTestLedger, readerOf, type TestLedger, type TestRecord } from "../../support/ledger.ts";
import { PROPERTY_TIMEOUT_MS } from "../../support/property.ts";

const NOW = Date.UTC(2026, 10, 21, 15, 7);
const FIRST_DAY = Date.UTC(2026, 10, 16);
const MINUTE = 60_000;

const BASE: TestRecord = {
  ...{
    id: "",
    at: 0,
    latencyMs: 100,
    firstTokenMs: Number.NaN,
    spend: 0,
    prompt: 0,
    completion: 0,
    status: 0,
    cache: 0,
  },
  ...{
    model: "m",
    group: null,
    provider: null,
    key: "k",
    user: null,
    endUser: null,
    team: null,
    tags: null,
    session: null,
  },
};

const record = fc.record({
  at: fc.integer({ min: 0, max: Math.floor((NOW - FIRST_DAY) / MINUTE) }).map((minute) => FIRST_DAY + minute * MINUTE),
  latencyMs: fc.integer({ min: 1, max: 5000 }),
  spend: fc.integer({ min: 0, max: 1000 }).map((cents) => cents / 1000),
  prompt: fc.nat(900),
  completion: fc.nat(90),
  status: fc.constantFrom<0 | 1>(0, 0, 1),
  cache: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
  model: fc.constantFrom("a", "b"),
  group: fc.constantFrom("g", null),
  provider: fc.constantFrom("p", "q", null),
  key: fc.constantFrom("k1", "k2"),
  user: fc.constantFrom("u", "", null),
  endUser: fc.constantFrom("e", "", null),
  team: fc.constantFrom("t", null),
  tags: fc.constantFrom<readonly string[] | null>(["x"], ["x", "y"], [], null),
});

async function ledgerWith(records: readonly TestRecord[], zone: string): Promise<TestLedger> {
  const ledger = openTestLedger(zone);
  await foldBatch(ledger, batchOf(records), { now: NOW, source: "records" });
  return ledger;
}

async function ask(
  ledger: TestLedger,
  words: Readonly<Record<string, string>>,
  zoneName = "UTC",
): Promise<UsageAnswer> {
  const zone = createZone(zoneName);
  const parsed = parseQuestion(new Map(Object.entries(words).map(([name, text]) => [name, [text]])), zone, NOW);
  if (parsed.kind === "bad") throw new Error(parsed.error);
  const { question } = parsed;
  const answer = await readerOf(ledger).snapshot((state) => answerLedgerUsage(state, question, NOW, zone));
  if ("kind" in answer) throw new Error(answer.error);
  return answer;
}

const NAMES: Readonly<Record<string, (one: TestRecord) => readonly (string | null)[]>> = {
  model: (one) => [one.model],
  model_group: (one) => [one.group],
  provider: (one) => [one.provider],
  key: (one) => [one.key],
  user: (one) => [one.user],
  end_user: (one) => [one.endUser],
  team: (one) => [one.team],
  tag: (one) => one.tags ?? [],
  status: (one) => [one.status === 0 ? "success" : "failure"],
};

/** What the records themselves add up to by one name. */
function truthBy(records: readonly TestRecord[], by: string): Map<string | null, number[]> {
  const truth = new Map<string | null, number[]>();
  for (const one of records) {
    for (const name of NAMES[by]?.(one) ?? []) {
      const [requests = 0, failed = 0, tokens = 0, cost = 0] = truth.get(name) ?? [];
      truth.set(name, [requests + 1, failed + one.status, tokens + one.prompt + one.completion, cost + one.spend]);
    }
  }
  return truth;
}

function shown(answer: UsageAnswer, by: string): Map<string | null, number[]> {
  return new Map(
    answer.groups.map((group) => {
      const name = new Map(Object.entries(group)).get(by);
      const numbers = [group.requests, group.failed_requests, group.tokens, group.cost].map(Number);
      return [typeof name === "string" ? name : null, numbers] as const;
    }),
  );
}

function expectSame(found: Map<string | null, number[]>, truth: Map<string | null, number[]>): void {
  expect([...found.keys()].toSorted()).toEqual([...truth.keys()].toSorted());
  for (const [name, numbers] of truth) {
    for (const [index, number] of numbers.entries()) expect(found.get(name)?.[index]).toBeCloseTo(number, 9);
  }
}

describe("a usage answer from the ledger", () => {
  test.each(Object.keys(NAMES))(
    "adds up to the records by %s, in UTC and in a zone of the ledger's own",
    async (by) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(record, { maxLength: 40 }),
          fc.constantFrom("UTC", "America/New_York"),
          async (made, zone) => {
            const records = made.map((one, index) => ({ ...BASE, ...one, id: String(index) }));
            const ledger = await ledgerWith(records, zone);
            const from = createZone(zone).dayAt(NOW - 2 * 86_400_000).start;
            const answer = await ask(ledger, { by, since: new Date(from).toISOString(), source: "ledger" }, zone);
            expectSame(
              shown(answer, by),
              truthBy(
                records.filter(({ at }) => at >= from),
                by,
              ),
            );
            expect(answer.total.requests).toBe(records.filter(({ at }) => at >= from).length);
            expect(answer.period.is_rounded).toBe(false);
            ledger.db.close();
          },
        ),
        { numRuns: 25 },
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "cuts days by quarter hours where models are asked for, in any zone, and by day and hour adds up to the same",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(record, { maxLength: 40 }),
          fc.constantFrom("UTC", "Asia/Kathmandu"),
          async (made, zone) => {
            const records = made.map((one, index) => ({ ...BASE, ...one, id: String(index) }));
            const ledger = await ledgerWith(records, "UTC");
            const from = Date.UTC(2026, 10, 18, 9, 15);
            const until = Date.UTC(2026, 10, 20, 21, 45);
            const words = {
              since: new Date(from).toISOString(),
              until: new Date(until).toISOString(),
              source: "ledger",
            };
            const inside = records.filter(({ at }) => at >= from && at < until);
            for (const by of ["model", "status"]) {
              expectSame(shown(await ask(ledger, { ...words, by }, zone), by), truthBy(inside, by));
            }
            for (const by of ["day", "hour", "model,day", "status,hour"]) {
              const { groups, steps } = await ask(ledger, { ...words, by, step: "15m" }, zone);
              expect(groups.reduce((sum, { requests }) => sum + (requests ?? 0), 0)).toBe(inside.length);
              expect(steps.reduce((sum, { requests }) => sum + (requests ?? 0), 0)).toBe(inside.length);
            }
            ledger.db.close();
          },
        ),
        { numRuns: 25 },
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test("gives groups their steps, which add up to the steps and to the groups, however many are folded", async () => {
    const by = fc.constantFrom("model", "provider,status", "team", "tag");
    const zones = fc.constantFrom("UTC", "Asia/Kathmandu");
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 40 }),
        by,
        zones,
        fc.integer({ min: 1, max: 4 }),
        async (made, by, zone, top) => {
          const records = made.map((one, index) => ({ ...BASE, ...one, tags: ["x"], id: String(index) }));
          const ledger = await ledgerWith(records, zone);
          const words = { last: "4d", source: "ledger", by, top: String(top), group_steps: "requests" };
          const { groups, steps } = await ask(ledger, words, zone);
          for (const [index, { requests }] of steps.entries()) {
            expect(groups.reduce((sum, group) => sum + (group.steps?.[index] ?? 0), 0)).toBe(requests ?? 0);
          }
          for (const group of groups) {
            expect(group.steps).toHaveLength(steps.length);
            expect(group.steps?.reduce<number>((sum, amount) => sum + (amount ?? 0), 0)).toBe(group.requests ?? 0);
          }
          ledger.db.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  test("has steps of people's groups by day, and refuses to cut them finer", async () => {
    const ledger = await ledgerWith([{ ...BASE, id: "1", at: NOW - 60 * MINUTE, team: "t" }], "UTC");
    const words = { by: "team", top: "8", group_steps: "cost", source: "ledger" };
    expect(await ask(ledger, words)).toMatchObject({ steps: [{ requests: 1 }], groups: [{ team: "t", steps: [0] }] });
    expect(ask(ledger, { ...words, step: "hour" })).rejects.toThrow("does not hold team with hour");
  });

  test("widens a window that people's rollups cannot cut, and says so", async () => {
    const ledger = await ledgerWith([{ ...BASE, id: "1", at: Date.UTC(2026, 10, 20, 3) }], "UTC");
    const answer = await ask(ledger, { by: "user", since: "2026-11-20T12:00:00Z", until: "2026-11-20T13:00:00Z" });
    expect(answer.period).toMatchObject({ from: "2026-11-20T00:00:00+00:00", is_rounded: true });
    expect(answer.total.requests).toBe(1);
  });

  test("has percentiles of successes by model and none by user, and knows nothing of reasoning", async () => {
    const ledger = await ledgerWith(
      [100, 200, 300].map((latencyMs, index) => ({ ...BASE, id: String(index), at: NOW - 3_600_000, latencyMs })),
      "UTC",
    );
    const [byModel] = (await ask(ledger, {})).groups;
    expect(byModel).toMatchObject({ avg_latency_ms: 200, reasoning_tokens: null });
    expect(byModel?.p50_latency_ms).toBeWithin(198, 203);
    const [byUser] = (await ask(ledger, { by: "user" })).groups;
    expect([byUser?.p50_latency_ms, byUser?.p95_latency_ms]).toEqual([null, null]);
  });

  test("has the latency of the whole days around a window that cuts them, and says which these are", async () => {
    const ledger = await ledgerWith(
      [
        { ...BASE, id: "1", at: Date.UTC(2026, 10, 19, 1), latencyMs: 100, firstTokenMs: 40 },
        { ...BASE, id: "2", at: Date.UTC(2026, 10, 19, 13), latencyMs: 300 },
        { ...BASE, id: "3", at: Date.UTC(2026, 10, 20, 13), latencyMs: 500, firstTokenMs: 60 },
        { ...BASE, id: "4", at: Date.UTC(2026, 10, 18, 23), latencyMs: 9000 },
        { ...BASE, id: "5", at: Date.UTC(2026, 10, 20, 14), latencyMs: 7000, status: 1 },
      ],
      "UTC",
    );
    const window = { since: "2026-11-19T12:00:00Z", until: "2026-11-20T20:00:00Z", source: "ledger" };
    const days = { from: "2026-11-19T00:00:00+00:00", to: "2026-11-20T14:01:00+00:00" };
    const latency = { avg_latency_ms: 300, avg_ttft_ms: 50 };
    const answer = await ask(ledger, window);
    expect(answer).toMatchObject({ latency_period: days, total: { requests: 3, ...latency } });
    expect(answer.groups).toMatchObject([{ model: "m", requests: 3, ...latency }]);
    expect(answer.total.p99_latency_ms).toBeWithin(490, 501);
    expect(answer.total.p95_ttft_ms).toBeWithin(58, 61);
    const byDay = await ask(ledger, { ...window, by: "day" });
    expect(byDay.groups.map(({ avg_latency_ms: ms }) => ms)).toEqual([200, 500]);
    expect((await ask(ledger, { ...window, by: "hour" })).groups[0]?.avg_latency_ms).toBeNull();
    expect((await ask(ledger, { ...window, by: "user" })).total.avg_latency_ms).toBe(300);
    expect(await ask(ledger, { ...window, key: "k" })).not.toHaveProperty("latency_period");
  });

  test("compares with the same time before, and folds what top leaves out", async () => {
    const at = (hour: number, day = 21) => Date.UTC(2026, 10, day, hour);
    const records = [
      { ...BASE, id: "1", at: at(9, 20), spend: 2 },
      { ...BASE, id: "2", at: at(23, 20), spend: 50 },
      { ...BASE, id: "3", at: at(9), spend: 3, model: "a" },
      { ...BASE, id: "4", at: at(10), spend: 1, model: "b" },
      { ...BASE, id: "5", at: at(11), spend: 0.5, model: "c" },
    ];
    const answer = await ask(await ledgerWith(records, "UTC"), { top: "1" });
    expect(answer.previous).toMatchObject({ from: "2026-11-20T00:00:00+00:00", cost: 2, requests: 1 });
    expect(answer.groups).toMatchObject([
      { model: "a", cost: 3 },
      { model: "other", folded: 2, cost: 1.5, p50_latency_ms: 100 },
    ]);
    expect(answer.coverage).toMatchObject({ from: "2026-11-21T00:00:00+00:00", observed_ratio: 1 });
  });
});
