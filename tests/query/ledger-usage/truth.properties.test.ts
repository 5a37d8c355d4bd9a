import { expect, test } from "bun:test";
import fc from "fast-check";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { answerLedgerUsage } from "../../../lib/query/ledger-usage/answer.ts";
import { parseQuestion } from "../../../lib/query/question/parse-question.ts";
import { readerOf } from "../../support/ledger.ts";
import { DAYS, ledgerOf, recordsOf, sourceOf, worlds } from "../../support/ledger-source.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;

const PEOPLE = ["key", "user", "team", "end_user"];
const ROLLUPS = [
  ["model", "model_group", "provider", "status", "day", "hour"],
  ["model", "model_group", "provider", "key", "user", "team", "day"],
  ["model", "model_group", "provider", "key", "user", "team", "end_user", "day"],
] as const;

/** The name that each filter asks for. */
const VALUES = new Map([
  ["model", "a"],
  ["model_group", "g"],
  ["provider", "p"],
  ["key", "k1"],
  ["user", "u"],
  ["team", "t"],
  ["end_user", "e"],
]);

const moment = fc.integer({ min: 0, max: (DAYS - 1) * 24 * 60 }).map((minutes) => minutes * MINUTE);
const span = fc.oneof(
  fc.constantFrom("today", "yesterday", "week", "month").map((period) => ({ kind: "period", period }) as const),
  fc
    .tuple(moment, moment)
    .map(([a, b]) => ({ kind: "range", since: Math.max(a, b) + MINUTE, until: Math.min(a, b) }) as const),
  fc.integer({ min: 1, max: 200 }).map((hours) => ({ kind: "last", hours }) as const),
);

test(
  "a usage answer holds what the source says, by any names and filters, in any window and zone",
  async () => {
    const question = fc.constantFrom(...ROLLUPS).chain((names) =>
      fc.record({
        by: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
        filter: fc.option(fc.constantFrom(...names.filter((name) => !["day", "hour", "status"].includes(name))), {
          nil: undefined,
        }),
        span,
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        worlds,
        question,
        async ({ records: made, now, folded, asked }, { by, filter, span: stretch }) => {
          const isOfPeople = [...by, filter].some((name) => PEOPLE.some((person) => person === name));
          // Of people the ledger holds the days that it was folded for, and UTC's.
          fc.pre(!(isOfPeople && by.includes("day") && asked !== folded && asked !== "UTC"));
          const records = recordsOf(made, now);
          const ledger = await ledgerOf(records, now, folded);
          const source = sourceOf(records, asked);
          const words = new Map<string, string[]>([
            ["by", [by.join(",")]],
            ["source", ["ledger"]],
          ]);
          if (stretch.kind === "period") words.set("period", [stretch.period]);
          else if (stretch.kind === "last") words.set("last", [`${stretch.hours}h`]);
          else {
            words.set("since", [new Date(now - stretch.since).toISOString()]);
            words.set("until", [new Date(now - stretch.until).toISOString()]);
          }
          const wantedName = VALUES.get(filter ?? "") ?? "";
          if (filter !== undefined) words.set(filter, [wantedName]);
          const zoned = createZone(asked);
          const parsed = parseQuestion(words, zoned, now);
          if (parsed.kind === "bad") throw new Error(parsed.error);
          const answer = await readerOf(ledger).snapshot((state) =>
            answerLedgerUsage(state, parsed.question, now, zoned),
          );
          if ("kind" in answer) {
            // A filter by people has no hours.
            expect(answer.error).toContain("hour");
            return;
          }
          const from = Date.parse(answer.period.from);
          const to = Math.ceil(Date.parse(answer.period.to) / QUARTER) * QUARTER;
          if (stretch.kind === "range" && !answer.period.is_rounded) {
            expect(from).toBe(Math.floor((now - stretch.since) / QUARTER) * QUARTER);
          }
          const where = `at >= ${from} AND at < ${to}${filter === undefined ? "" : ` AND ${filter} = '${wantedName}'`}`;
          const sums =
            "COUNT(*) AS requests, SUM(status) AS failed, SUM(prompt + completion) AS tokens, SUM(spend) AS cost";
          const keyed = by.map((name) =>
            name === "status" ? "CASE status WHEN 1 THEN 'failure' ELSE 'success' END" : name,
          );
          const truth = source
            .query<Record<string, string | number | null>, []>(
              `SELECT ${keyed.map((column, index) => `${column} AS n${index}`).join(", ")}, ${sums} FROM log WHERE ${where} GROUP BY ${keyed.map((_, index) => index + 1).join(", ")}`,
            )
            .all();
          const shown = answer.groups.map((group) => {
            const values = new Map<string, unknown>(Object.entries(group));
            const names = by.map((name) => {
              const text = values.get(name) ?? null;
              return name === "hour" && typeof text === "string" ? Number(text.slice(11, 13)) : text;
            });
            return { names, sums: [group.requests, group.failed_requests, group.tokens, group.cost] };
          });
          // An hour that the clock shows twice is two groups; the source's clock cannot tell them apart.
          const found = new Map<string, number[]>();
          for (const { names, sums: numbers } of shown) {
            const key = JSON.stringify(names);
            const before = found.get(key) ?? [0, 0, 0, 0];
            found.set(
              key,
              numbers.map((number, index) => (before[index] ?? 0) + Number(number)),
            );
          }
          const wanted = new Map<string, number[]>();
          for (const row of truth) {
            const key = JSON.stringify(by.map((_, index) => row[`n${index}`]));
            wanted.set(key, [row["requests"], row["failed"], row["tokens"], row["cost"]].map(Number));
          }
          expect([...found.keys()].toSorted()).toEqual([...wanted.keys()].toSorted());
          for (const [key, numbers] of wanted) {
            for (const [index, number] of numbers.entries()) expect(found.get(key)?.[index]).toBeCloseTo(number, 8);
          }
          const [all] = source
            .query<{ requests: number; cost: number | null }, []>(
              `SELECT COUNT(*) AS requests, SUM(spend) AS cost FROM log WHERE ${where}`,
            )
            .all();
          expect(answer.total.requests).toBe(all?.requests ?? 0);
          expect(answer.total.cost).toBeCloseTo(all?.cost ?? 0, 8);
          const steps = answer.steps.map(({ requests }) => requests ?? 0);
          if (!answer.period.is_rounded) expect(steps.reduce((sum, count) => sum + count, 0)).toBe(all?.requests ?? 0);
          ledger.db.close();
          source.close();
        },
      ),
      propertyRuns(150),
    );
  },
  PROPERTY_TIMEOUT_MS,
);
