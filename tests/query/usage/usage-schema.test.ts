import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type JsonSchema, schemaProblem } from "../../../lib/query/check-schema.ts";
import { usageSchema } from "../../../lib/query/usage/usage-schema.ts";
import { homelabAnswer, quietAnswer } from "../../report/answers.ts";
import { DAY, HOUR } from "../../support/api.ts";
import { openMetered } from "../../support/metered.ts";

const closed = (value: unknown) => schemaProblem(JSON.parse(JSON.stringify(value)), usageSchema(), true);

describe("the schema", () => {
  test("holds for every answer, key by key, also where there is nothing to show", () => {
    const word = fc.constantFrom("today", "yesterday", "week", "month");
    const by = fc.constantFrom("model", "team,model", "day", "hour,provider", "key,user,end_user", "model_group");
    const cost = fc.option(fc.integer({ min: 0, max: 1e7 }), { nil: undefined });
    fc.assert(
      fc.property(word, by, cost, fc.nat({ max: 30 * 24 }), (period, grouping, nanos, hours) => {
        const budgets = { budgetDaily: 1, budgetWeekly: 0, budgetMonthly: undefined };
        using store = openMetered("2026-10-23T00:00:00Z", { budgets });
        if (nanos !== undefined) {
          const at = Date.parse("2026-10-23T01:00:00Z") + hours * HOUR;
          store.use(at, { model: "a", team: "__proto__" }, { cost: nanos / 1e9 });
        }
        const now = Date.parse("2026-11-21T12:00:00Z");
        expect(closed(store.answer({ period, by: grouping, top: "1", step: "day" }, now))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
    using never = openMetered("2026-11-21T12:00:00Z", { counters: [] });
    expect(closed(never.answer({}, Date.parse("2026-11-21") + 3 * DAY))).toBeUndefined();
    expect([closed(homelabAnswer()), closed(quietAnswer())]).toEqual([undefined, undefined]);
  });

  const answer = homelabAnswer();
  test.each<[what: string, value: unknown, problem: string]>([
    ["no answer", null, "the answer is null, expected object"],
    ["another version", { ...answer, schema_version: 2 }, "schema_version is not 1"],
    [
      "a text for a number",
      { ...answer, total: { ...answer.total, cost: "1" } },
      "total.cost is string, expected number or null",
    ],
    ["a key too few", { ...answer, groups: undefined }, "the answer has no groups"],
    ["a key too many", { ...answer, surprise: 1 }, "the answer has an unknown key surprise"],
    ["a group without a measure", { ...answer, groups: [{ model: "a" }] }, "groups[0] has no requests"],
    [
      "a share above the whole",
      { ...answer, coverage: { ...answer.coverage, observed_ratio: 1.1 } },
      "coverage.observed_ratio is above 1",
    ],
    ["what is no instant", { ...answer, period: { ...answer.period, from: "noon" } }, "period.from is not an instant"],
    [
      "half a group folded",
      { ...answer, groups: [{ ...answer.total, folded: 1.5 }] },
      "groups[0].folded is number, expected integer",
    ],
  ])("does not hold for %s", (_, value, problem) => {
    expect(closed(value)).toBe(problem);
  });

  test("lets a newer server say more", () => {
    expect(schemaProblem({ ...answer, surprise: 1 }, usageSchema())).toBeUndefined();
  });

  test("describes every measure and names the draft that it is written in", () => {
    const schema = usageSchema();
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    const measures = schema.properties?.["total"]?.properties ?? {};
    const silent = Object.entries(measures).filter(([, { description }]) => (description ?? "") === "");
    expect([Object.keys(measures).length > 10, silent]).toEqual([true, []]);
  });
});

describe("schemaProblem()", () => {
  test.each<[schema: JsonSchema, good: unknown, bad: unknown]>([
    [{ type: "null" }, null, 0],
    [{ type: ["string", "null"] }, "", 0],
    [{ type: "boolean" }, false, null],
    [{ type: "integer" }, 3, 3.1],
    [{ type: "number", minimum: 0 }, 0, -1e-9],
    [{ type: "array", items: { type: "string" } }, ["a"], ["a", 1]],
    [{ type: "object" }, {}, []],
    [{ enum: ["a", "b"] }, "b", "c"],
    [{ const: "a" }, "a", "b"],
    [{ required: ["__proto__"] }, JSON.parse('{"__proto__": 1}'), {}],
    [{ type: "string", format: "date-time" }, "2026-11-21T00:00:00Z", "2026-11-21 (\u001b[2J)"],
  ])("%j takes %j and not %j", (schema, good, bad) => {
    expect([schemaProblem(good, schema) === undefined, schemaProblem(bad, schema) === undefined]).toEqual([
      true,
      false,
    ]);
  });
});
