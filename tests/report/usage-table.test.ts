import { describe, expect, test } from "bun:test";
import type { UsageAnswer } from "../../lib/query/usage/answer.ts";
import type { UsageBudget } from "../../lib/query/usage/budget.ts";
import type { UsageGroup } from "../../lib/query/usage/groups.ts";
import { usageTable } from "../../lib/report/usage-table.ts";
import { homelabAnswer, measures, tableOptions, usage } from "./answers.ts";

const WIDE = tableOptions({ width: 200 });

/** The block of lines so many empty lines down: title, table, context, notes. */
function block(table: string, index: number): string[] {
  return (table.split("\n\n")[index] ?? "").trimEnd().split("\n");
}

function context(change: Partial<UsageAnswer>): string {
  return block(usageTable(homelabAnswer({ steps: [], ...change }), WIDE), 2).join("\n");
}

function firstCells(groups: readonly UsageGroup[], by: "model" | "hour" | "day", width = 200): string[] {
  const lines = block(usageTable(homelabAnswer({ groups }), tableOptions({ width, by: [by] })), 1);
  return lines.slice(1, -2).map((line) => line.trim().split(/ {2,}/)[0] ?? "");
}

describe("the columns", () => {
  test("leave out what LiteLLM does not show", () => {
    const known = measures({ requests: 1, tokens: 5, cost: 0.5 });
    const table = usageTable(homelabAnswer({ groups: [{ model: "m", ...known }], total: known }), WIDE);
    expect(block(table, 1)).toEqual([
      " MODEL  REQ   COST  $/1K REQ",
      " m        1  $0.50   $500.00",
      " ───────────────────────────",
      " TOTAL    1  $0.50   $500.00",
    ]);
  });

  test("mark single values that are not known", () => {
    const groups = [
      { model: "a", ...measures({ requests: 4, cost: 0.5 }) },
      { model: "b", ...measures({ requests: 0 }) },
    ];
    const table = usageTable(homelabAnswer({ groups, total: measures({ requests: 4, cost: 0.5 }) }), WIDE);
    expect(block(table, 1).slice(1, 3)).toEqual([" a        4  $0.50   $125.00", " b        0      -         -"]);
  });

  test("keep the last one that fits no width", () => {
    const known = measures({ requests: 1, failed_requests: 0 });
    const answer = homelabAnswer({ groups: [{ model: "a-name-of-20-cells-x", ...known }], total: known });
    expect(block(usageTable(answer, tableOptions({ width: 20 })), 1)[0]).toBe(" MODEL           REQ");
  });

  test("are named where the width has no room for them", () => {
    expect(usageTable(homelabAnswer(), tableOptions({ width: 80 }))).toContain("\n no room for $/1K REQ\n");
    expect(usageTable(homelabAnswer(), tableOptions({ width: 120 }))).not.toContain("no room");
  });

  test("never cut a number, however narrow it gets", () => {
    const total = usage(1_361, 11, 1_122_538, 185_450, 35, 1_234_567_890.5);
    const table = usageTable(homelabAnswer({ groups: [], total }), tableOptions({ width: 5 }));
    expect(table).toContain("\n $1,234,567,890.50\n");
  });
});

describe("the names", () => {
  test("say what is not named, and how many the rest holds", () => {
    const groups: UsageGroup[] = [
      { model: null, ...measures({ cost: 1 }) },
      { model: "", ...measures({ cost: 1 }) },
      { model: "\u001b[31m\u001b[0m", ...measures({ cost: 1 }) },
      { model: "other", ...measures({ cost: 1 }) },
      { model: "other", folded: 1_234_567, ...measures({ cost: 1 }) },
    ];
    const names = ["(none)", "(empty)", "(empty)", "other", "other (1,234,567)"];
    expect(firstCells(groups, "model")).toEqual(names);
    expect(firstCells(groups, "model", 30)).toEqual(names);
  });

  test("take up to four tenths of the width before a column goes to make room for them", () => {
    const known = measures({ requests: 100, input_tokens: 1e15, cost: 1 });
    const answer = homelabAnswer({ groups: [{ model: "m".repeat(30), ...known }], total: known });
    const lines = (width: number) => block(usageTable(answer, tableOptions({ width })), 1).slice(0, 2);
    expect(lines(60)).toEqual([
      " MODEL                     REQ                  INPUT   COST",
      ` ${"m".repeat(12)}…${"m".repeat(11)}  100  1,000,000,000,000,000  $1.00`,
    ]);
    expect(lines(58)).toEqual([" MODEL                           REQ   COST", ` ${"m".repeat(30)}  100  $1.00`]);
  });

  test("of a rest line stand in the first column alone", () => {
    const known = measures({ cost: 1 });
    const answer = homelabAnswer({
      groups: [{ model: "other", team: "other", folded: 12, ...known }],
      total: known,
    });
    expect(block(usageTable(answer, tableOptions({ by: ["model", "team"] })), 1)).toEqual([
      " MODEL       TEAM   COST",
      " other (12)        $1.00",
      " ───────────────────────",
      " TOTAL             $1.00",
    ]);
  });

  test("of hours are short", () => {
    const groups = ["2026-11-21T13:00:00-05:00", "2026-11-21T14:00:00-05:00"].map((hour) => ({ hour, ...measures() }));
    expect(firstCells(groups, "hour")).toEqual(["2026-11-21 13:00", "2026-11-21 14:00"]);
  });

  test("of hours have their offset where the clock is set back", () => {
    const groups = ["2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00"].map((hour) => ({ hour, ...measures() }));
    expect(firstCells(groups, "hour")).toEqual(["2026-11-01 01:00-04:00", "2026-11-01 01:00-05:00"]);
  });

  test("of hours and days are never shortened", () => {
    const total = measures({ cost: 1 });
    const groups = [
      { day: "2026-11-21", hour: "2026-11-21T14:00:00-05:00", team: "research and development", ...total },
    ];
    const answer = homelabAnswer({ groups, total });
    const beside = usageTable(answer, tableOptions({ width: 38, by: ["hour", "team"] }));
    expect(beside).toContain("\n 2026-11-21 14:00  resear…pment  $1.00\n");
    const stacked = usageTable(answer, tableOptions({ width: 38, by: ["day", "hour", "team"] }));
    expect(stacked).toContain("\n 2026-11-21 · 2026-11-21 14:00\n research and development\n $1.00\n");
  });
});

describe("the time before", () => {
  const before = (cost: number | null) => ({ from: "", to: "", ...measures({ cost }) });
  const period = (name: string) => ({ ...homelabAnswer().period, name });

  test.each([
    ["today", "yesterday by this time $0.0231 (+17 %)"],
    ["yesterday", "the day before $0.0231 (+17 %)"],
    ["week", "last week by this time $0.0231 (+17 %)"],
    ["month", "last month by this time $0.0231 (+17 %)"],
    ["last 7d", "the time before $0.0231 (+17 %)"],
    ["range", "the time before $0.0231 (+17 %)"],
  ])("has its words for %s", (name, words) => {
    expect(context({ period: period(name) })).toStartWith(` ${words}`);
  });

  test.each([
    [0.5, 1, "$1.00 (-50 %)"],
    [0, 1, "$1.00 (-100 %)"],
    [1, 1, "$1.00 (about the same)"],
    [1.004, 1, "$1.00 (about the same)"],
    [1.006, 1, "$1.00 (+1 %)"],
    [9.99, 1, "$1.00 (+899 %)"],
    [10, 1, "$1.00 (10 times as much)"],
    [1_234.5, 1, "$1.00 (1,235 times as much)"],
    [1, 0, "$0.00"],
    [1e300, 1e-9, "$0.000000001"],
  ])("compares %p with %p", (now, then, words) => {
    const forecast = { cost: now, low: now, high: now };
    const lines = context({ total: measures({ cost: now }), previous: before(then), forecast });
    expect(lines).toMatch(/^ yesterday by this time /);
    expect(lines.split(/ · forecast|\n/)[0]).toEndWith(` time ${words}`);
  });

  test.each<[number | null, number | null]>([
    [null, 1],
    [1, null],
  ])("is left out where a side is not known: %p, %p", (now, then) => {
    expect(context({ total: measures({ cost: now }), previous: before(then) })).not.toContain("yesterday");
  });

  test("is yellow where it rose, and only there", () => {
    const coloured = (then: number) =>
      usageTable(homelabAnswer({ previous: before(then) }), tableOptions({ colour: true }));
    expect(coloured(0.0231)).toContain("\u001b[33m(+17 %)\u001b[39m");
    expect(coloured(0.5)).not.toContain("\u001b[33m");
  });
});

describe("a budget", () => {
  const budget = {
    window: "daily",
    limit: 0.05,
    spent: 0.02702,
    remaining: 0.02298,
    used_ratio: 0.5404,
    passed: false,
    forecast_passes: false,
  } as const;
  const coloured = (change: Partial<UsageBudget>) =>
    usageTable(homelabAnswer({ budget: { ...budget, ...change } }), tableOptions({ colour: true }));

  test("stands beside the comparison, with what is used of it", () => {
    expect(context({ budget })).toContain(" · daily budget $0.05 (54 % used)");
    expect(context({ budget: { ...budget, limit: 0, used_ratio: null } })).toContain(" · daily budget $0.00 · ");
  });

  test("is yellow and warned of where the forecast passes it, red where it is passed", () => {
    const warning = "The daily budget of $0.05 will be passed, if it goes on like this";
    expect(coloured({})).toContain("$0.05 (54 % used)");
    expect(coloured({})).not.toContain(warning);
    expect(coloured({ forecast_passes: true })).toContain("\u001b[33m(54 % used)\u001b[39m");
    expect(coloured({ forecast_passes: true })).toContain(warning);
    expect(coloured({ forecast_passes: true, passed: true })).toContain("\u001b[31m(54 % used)\u001b[39m");
    expect(coloured({ forecast_passes: true, passed: true })).not.toContain(warning);
  });
});

describe("the forecast", () => {
  const more = { cost: 0.041, low: 0.03, high: 0.06 };
  const over = { cost: 0.02702, low: 0.02702, high: 0.02702 };

  test.each([
    ["today", more, "forecast for the day $0.041 ($0.03 to $0.06)"],
    ["week", more, "forecast for the week $0.041 ($0.03 to $0.06)"],
    ["month", more, "forecast for the month $0.041 ($0.03 to $0.06)"],
    ["range", more, "forecast for the period $0.041 ($0.03 to $0.06)"],
    ["today", over, "forecast for the day $0.027"],
  ])("of %s has its words", (name, forecast, words) => {
    const { period } = homelabAnswer();
    expect(context({ period: { ...period, name }, forecast })).toContain(` · ${words} · `);
  });

  test.each([
    ["yesterday", more],
    ["last 7d", over],
    ["range", over],
    ["today", { cost: null, low: null, high: null }],
  ])("of %s is left out where there is nothing to come", (name, forecast) => {
    const { period } = homelabAnswer();
    expect(context({ period: { ...period, name }, forecast })).not.toContain("forecast");
  });
});

describe("what the numbers rest on", () => {
  test.each([
    [1, 0, ""],
    [0.9999, 0, " · observed >99 % of the time"],
    [0.5, 0.25, " · observed 50 % of the time · estimated 25 % of the time"],
    [0, 0, " · observed 0 % of the time"],
    [1, 0.0001, " · estimated <1 % of the time"],
  ])("is said of %p observed and %p estimated", (observed_ratio, estimated_ratio, words) => {
    const { coverage, period } = homelabAnswer();
    const change = {
      period: { ...period, name: "yesterday" },
      coverage: { ...coverage, observed_ratio, estimated_ratio },
    };
    expect(context(change)).toBe(` the day before $0.0231 (+17 %)${words}`);
  });
});

describe("the notes", () => {
  test("are wrapped, and harmless", () => {
    const table = usageTable(
      homelabAnswer(),
      tableOptions({ width: 40, notes: [`a ${"long".repeat(20)} word`, "with\u001b[31m red\nand a line"] }),
    );
    expect(block(table, 3)).toEqual([
      " a",
      ` ${"long".repeat(9)}lon`,
      ` g${"long".repeat(9)}lo`,
      " ng word",
      " with red and a line",
    ]);
  });
});

describe("colour", () => {
  const [title, header, ...rows] = usageTable(homelabAnswer(), tableOptions({ colour: true }))
    .split("\n")
    .filter((line) => line !== "");

  test("dims title and headers", () => {
    expect(title).toStartWith("\u001b[2mlitellm-pulse ");
    expect(title).toEndWith(" ago\u001b[22m");
    expect(header).toContain(" \u001b[2mMODEL\u001b[22m ");
  });

  test("makes costs bold and failures red", () => {
    expect(rows[0]).toContain("  \u001b[31m1\u001b[39m ");
    expect(rows[0]).toContain("  \u001b[1m$0.01870\u001b[22m  $");
    expect(rows[1]).toContain("     0  ");
  });

  test("does not look at the environment", () => {
    expect(usageTable(homelabAnswer(), tableOptions({ colour: false }))).not.toContain("\u001b");
  });
});
