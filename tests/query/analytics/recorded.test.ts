import { describe, expect, test } from "bun:test";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { answerAggregate } from "../../../lib/query/aggregate.ts";
import { answerAnalytics } from "../../../lib/query/analytics/answer.ts";
import { fixtureText } from "../../support/fixtures.ts";
import { readerOf, type TestLedger } from "../../support/ledger.ts";
import { AS_OF, ledgerOf, recordedLedger } from "../../support/spend-api.ts";
import { UTC } from "../../support/store.ts";

/** Percentiles may be 1 % off, beyond that answers agree to 1e-9. */
function expectAlike(found: unknown, expected: unknown, path = ""): void {
  if (typeof expected === "number" && typeof found === "number") {
    const slack = /\.p\d\d_?/.test(path) ? 0.01 : 1e-9;
    expect(Math.abs(found - expected), path).toBeLessThanOrEqual(slack * Math.max(1, Math.abs(expected)));
    return;
  }
  if (typeof expected !== "object" || expected === null || typeof found !== "object" || found === null) {
    expect(found, path).toEqual(expected);
    return;
  }
  expect(Object.keys(found).sort(), path).toEqual(Object.keys(expected).sort());
  const values = new Map(Object.entries(found));
  for (const [key, value] of Object.entries(expected)) expectAlike(values.get(key), value, `${path}.${key}`);
}

/** What `GET /usage` answers of everything. */
function usageOf(ledger: TestLedger, zone = UTC) {
  return readerOf(ledger).snapshot((state) => answerAnalytics(state, undefined, AS_OF, zone));
}

describe("the recorded answers", () => {
  test("of GET /usage", async () => {
    const { response } = JSON.parse(fixtureText("spend-api/usage.json"));
    const { peak_days, ...answer } = await usageOf(await recordedLedger());
    const { peak_days: peaks, peak_hours, ...expected } = response;
    const byHour = (list: { hour: number }[]) => list.toSorted((a, b) => a.hour - b.hour);
    expectAlike({ ...answer, peak_hours: byHour(answer.peak_hours) }, { ...expected, peak_hours: byHour(peak_hours) });
    // Days with the same number of requests have no order among themselves.
    expect(peak_days.slice(0, 2)).toEqual(peaks.slice(0, 2));
    expect(peak_days.map(({ requests }) => requests)).toEqual(
      peaks.map(({ requests }: { requests: number }) => requests),
    );
  });

  test("of GET /aggregate, on log rows and on cost_logs", async () => {
    const recorded = JSON.parse(fixtureText("spend-api/aggregate.json"));
    const byName = (list: readonly { provider: string; model: string }[]) =>
      list.toSorted((a, b) => (a.provider + a.model < b.provider + b.model ? -1 : 1));
    const { cost_logs } = JSON.parse(fixtureText("spend-api/people.json"));
    const lines = cost_logs.map((row: unknown) => JSON.stringify(row)).join("\n");
    for (const [ledger, expected] of [
      [await recordedLedger(), recorded["rows.jsonl"]],
      [await ledgerOf(lines), recorded["cost_logs"]],
    ]) {
      const answer = await readerOf(ledger).snapshot(answerAggregate);
      expect(answer.records).toBe(expected.records);
      expectAlike(byName(answer.data), byName(expected.data));
      expect(answer.data.map(({ total_cost }) => total_cost)).toEqual(
        answer.data.map(({ total_cost }) => total_cost).sort((a, b) => b - a),
      );
    }
  });

  test("days and hours are those of the zone", async () => {
    const zone = createZone("America/New_York");
    const answer = await usageOf(await recordedLedger(zone.name), zone);
    const utc = await usageOf(await recordedLedger());
    expect(answer.totals).toEqual(utc.totals);
    // 9 November 00:00 in UTC is the evening of the 8th in New York.
    expect(answer.daily.find(({ date }) => date === "2026-11-08")?.requests).toBe(1);
    expect(answer.hourly_pattern.find(({ hour }) => hour === 19)?.requests).toBe(1);
  });
});
