import { expect, test } from "bun:test";
import fc from "fast-check";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { answerAnalytics } from "../../../lib/query/analytics/answer.ts";
import { parseWindow } from "../../../lib/query/analytics/window.ts";
import { readerOf } from "../../support/ledger.ts";
import { ledgerOf, recordsOf, sourceOf, worlds } from "../../support/ledger-source.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";

const HOUR = 3_600_000;
const SUMS = `COUNT(*) AS requests, COUNT(*) - SUM(status) AS successful, SUM(prompt + completion) AS tokens,
  SUM(prompt) AS prompt, SUM(completion) AS completion`;

type Sums = {
  readonly requests: number;
  readonly successful: number;
  readonly tokens: number;
  readonly prompt: number;
  readonly completion: number;
};

test(
  "GET /usage says what the source says of any window of days, in any zone",
  async () => {
    const end = fc.option(fc.nat({ max: 10 * 24 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(worlds, end, end, async ({ records: made, now, folded }, a, b) => {
        const records = recordsOf(made, now);
        const ledger = await ledgerOf(records, now, folded);
        const source = sourceOf(records, folded);
        const zone = createZone(folded);
        const instant = (hours: number | undefined) =>
          hours === undefined ? undefined : new Date(now - hours * HOUR).toISOString();
        const hours = [a, b].filter((back) => back !== undefined).toSorted((x, y) => y - x);
        const reading = parseWindow(instant(hours[0]), hours.length > 1 ? instant(hours[1]) : undefined, now, zone);
        fc.pre(reading.kind === "window");
        const { window } = reading;
        const answer = await readerOf(ledger).snapshot((state) => answerAnalytics(state, window, now, zone));
        const inside = window ? `at >= ${window.from} AND at < ${window.to}` : "true";
        const ask = <Row>(sql: string) => source.query<Row, []>(sql).all();
        const [all] = ask<Sums & { users: number; sessions: number }>(
          `SELECT ${SUMS}, COUNT(DISTINCT NULLIF(user, '')) AS users, COUNT(DISTINCT NULLIF(session, '')) AS sessions FROM log WHERE ${inside}`,
        );
        expect(answer.totals).toMatchObject({
          total_requests: all?.requests ?? 0,
          successful_requests: all?.successful ?? 0,
          failed_requests: (all?.requests ?? 0) - (all?.successful ?? 0),
          total_tokens: all?.tokens ?? 0,
          prompt_tokens: all?.prompt ?? 0,
          completion_tokens: all?.completion ?? 0,
          unique_users: all?.users ?? 0,
          unique_sessions: all?.sessions ?? 0,
        });
        const [cache] = ask<{ hits: number; misses: number; hitTokens: number; missTokens: number }>(
          `SELECT COUNT(*) FILTER (WHERE cache = 1) AS hits, COUNT(*) FILTER (WHERE cache = 2) AS misses,
             TOTAL(CASE cache WHEN 1 THEN prompt + completion END) AS hitTokens,
             TOTAL(CASE cache WHEN 2 THEN prompt + completion END) AS missTokens FROM log WHERE ${inside}`,
        );
        expect(answer.cache).toMatchObject({
          ...{ hits: cache?.hits ?? 0, misses: cache?.misses ?? 0 },
          ...{ hit_tokens: cache?.hitTokens ?? 0, miss_tokens: cache?.missTokens ?? 0 },
        });
        const [latency] = ask<{ least: number | null; most: number | null }>(
          `SELECT MIN(latency) AS least, MAX(latency) AS most FROM log WHERE ${inside} AND status = 0`,
        );
        expect([answer.latency.min_ms, answer.latency.max_ms]).toEqual([latency?.least ?? 0, latency?.most ?? 0]);
        const models = ask<Sums & { model: string }>(
          `SELECT model, ${SUMS} FROM log WHERE ${inside} AND model <> '' GROUP BY model ORDER BY model`,
        );
        expect(
          answer.by_model
            .map(({ model, requests, successful, total_tokens }) => [model, requests, successful, total_tokens])
            .toSorted((x, y) => (String(x[0]) < String(y[0]) ? -1 : 1)),
        ).toEqual(models.map(({ model, requests, successful, tokens }) => [model, requests, successful, tokens]));
        const days = ask<Sums & { day: string }>(
          `SELECT day, ${SUMS} FROM log WHERE ${inside} GROUP BY day ORDER BY day DESC`,
        );
        expect(answer.daily.map(({ date, requests, total_tokens }) => [date, requests, total_tokens])).toEqual(
          days.map(({ day, requests, tokens }) => [day, requests, tokens]),
        );
        const perHour = ask<Sums & { hour: number }>(
          `SELECT hour, ${SUMS} FROM log WHERE ${inside} GROUP BY hour ORDER BY hour`,
        );
        expect(answer.hourly_pattern).toEqual(
          perHour.map(({ hour, requests, successful, tokens }) => ({ hour, requests, successful, tokens })),
        );
        const minute = (back: number) => Math.floor((now - back * HOUR) / 60_000) * 60_000;
        const recent = (from: number, to: number) =>
          ask<{ count: number }>(`SELECT COUNT(*) AS count FROM log WHERE at >= ${from} AND at < ${to}`)[0]?.count ?? 0;
        expect(answer.recent_activity).toMatchObject({
          last_hour_requests: recent(minute(1), now),
          last_24h_requests: recent(minute(24), now),
          prev_24h_requests: recent(minute(48), minute(24)),
        });
        ledger.db.close();
        source.close();
      }),
      propertyRuns(100),
    );
  },
  PROPERTY_TIMEOUT_MS,
);
