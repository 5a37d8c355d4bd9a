import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openWorld, type World } from "../support/api.ts";
import { report, spentWorld } from "./spent-world.ts";

let world: World;
let spent: number;

beforeAll(async () => {
  world = spentWorld();
  spent = JSON.parse((await report(world, ["--json"])).out).total.cost;
});
afterAll(() => world[Symbol.dispose]());

const above = () => (spent * 1.5).toFixed(9);
const below = () => (spent / 2).toFixed(9);

describe("--fail-over", () => {
  test("ends with 3 and one line where more was spent, after the answer", async () => {
    const { code, out, err } = await report(world, ["--fail-over", below()]);
    expect([code, out.includes("TOTAL")]).toEqual([3, true]);
    expect(err).toMatch(/^litellm-pulse: \$[\d.]+ is spent, more than the \$[\d.]+ of --fail-over\n$/);
  });

  test("ends with 0 where as much or less was spent", async () => {
    expect(await report(world, ["--fail-over", String(spent), "--oneline"])).toMatchObject({ code: 0, err: "" });
    expect(await report(world, ["--fail-over", above(), "--oneline"])).toMatchObject({ code: 0, err: "" });
  });

  test("judges what the question is about", async () => {
    expect(await report(world, ["--fail-over", "0", "--model-group", "gemini-flash", "--json"])).toMatchObject({
      code: 3,
    });
    expect(await report(world, ["--fail-over", "0", "--model-group", "claude-sonnet", "--json"])).toMatchObject({
      code: 0,
      err: "",
    });
  });

  test.each(["five", "-1", "$5", "1e3", "", "5,00"])("%j is refused", async (amount) => {
    const { code, out, err } = await report(world, [`--fail-over=${amount}`]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toBe(`litellm-pulse: --fail-over is "${amount}", expected an amount in US dollars such as 5.00\n`);
  });

  test("is no all-clear where LiteLLM shows no spend", async () => {
    using quiet = openWorld({ inFile: true });
    quiet.scrape();
    quiet.db.run("DELETE FROM process_value");
    const { code, err } = await report(quiet, ["--fail-over", "5", "--json"]);
    expect([code, err]).toEqual([
      5,
      "litellm-pulse: LiteLLM has not shown any spend, so --fail-over cannot be judged: check LITELLM_PULSE_METRIC_COST\n",
    ]);
  });
});

describe("a budget", () => {
  test.each([
    ["BUDGET_DAILY", "--today"],
    ["BUDGET_WEEKLY", "--week"],
    ["BUDGET_MONTHLY", "--month"],
  ] as const)("%s ends %s with 3 where it is passed, in every format", async (setting, period) => {
    for (const format of [[], ["--json"], ["--csv"], ["--html"], ["--oneline"]]) {
      const { code, out, err } = await report(world, [period, ...format], { set: { [setting]: below() } });
      expect([format, code, out === ""]).toEqual([format, 3, false]);
      expect(err).toMatch(
        /^litellm-pulse: The (daily|weekly|monthly) budget of \$[\d.]+ is passed: \$[\d.]+ is spent\n$/,
      );
    }
  });

  test("is shown in the table, the page, the line and JSON", async () => {
    const flags = ["--budget-daily", "1"];
    const [table, html, line, json] = await Promise.all(
      [[], ["--html"], ["--oneline"], ["--json"]].map(
        async (format) => (await report(world, [...flags, ...format])).out,
      ),
    );
    expect(table).toContain("daily budget $1.00 (<1 % used)");
    expect(html).toContain("The daily budget");
    expect(line).toContain("<1 % of $1.00");
    expect(JSON.parse(json ?? "")).toMatchObject({ budget: { window: "daily", limit: 1, passed: false } });
  });

  test("that the forecast passes is a warning: in the table, and on stderr beside JSON", async () => {
    const { total, forecast } = JSON.parse((await report(world, ["--json"])).out);
    const limit = ((total.cost + forecast.cost) / 2).toFixed(9);
    const words = "will be passed, if it goes on like this";
    const table = await report(world, ["--budget-daily", limit]);
    expect([table.code, table.out.includes(words), table.err]).toEqual([0, true, ""]);
    const json = await report(world, ["--budget-daily", limit, "--json"]);
    expect([json.code, json.err.includes(words)]).toEqual([0, true]);
  });

  test("of another window says nothing", async () => {
    const { code, out } = await report(world, ["--json", "--yesterday"], { set: { BUDGET_MONTHLY: "0" } });
    expect([code, "budget" in JSON.parse(out)]).toEqual([0, false]);
  });

  test("that is no amount is refused", async () => {
    const { code, err } = await report(world, [], { set: { BUDGET_DAILY: "ten" } });
    expect(code).toBe(2);
    expect(err).toContain('LITELLM_PULSE_BUDGET_DAILY is "ten", expected a number of US dollars from 0 to 1000000000');
  });
});

describe("a name that nobody has", () => {
  test.each([
    [["--key", "alice-labtop"], 'There is no key "alice-labtop": did you mean "alice-laptop"?'],
    [["--key", "ALICE-LAPTOP"], 'There is no key "ALICE-LAPTOP": did you mean "alice-laptop"?'],
    [["--model-group", "sonnet"], 'There is no model group "sonnet": did you mean "claude-sonnet"?'],
    [["--end-user", "zoe"], 'There is no end user "zoe": did you mean "zoë"?'],
    [["--key", "n8n", "zzzz"], 'There is no key "zzzz": litellm-pulse report --month --by key lists them'],
    [
      ["--model", "\u001b[31mred"],
      'There is no model "\\u{1b}[31mred": litellm-pulse report --month --by model lists them',
    ],
  ])("%j is answered with the closest one", async (flags, message) => {
    const { code, out, err } = await report(world, ["--json", ...flags]);
    expect([code, err]).toEqual([2, `litellm-pulse: ${message}\n`]);
    expect(JSON.parse(out)).toMatchObject({ schema_version: 1 });
  });

  test("is no slip before any name is known", async () => {
    using empty = openWorld({ inFile: true });
    empty.scrape();
    expect(await report(empty, ["--team", "research", "--json"])).toMatchObject({ code: 0, err: "" });
  });

  test.each([
    [["--by", "modle"], "(did you mean model?)"],
    [["--by", "model,taem"], "(did you mean team?)"],
    [["--sort", "Costs"], "(did you mean cost?)"],
    [["--step", "hours"], "(did you mean hour?)"],
  ])("%j is answered with the word that was meant", async (flags, hint) => {
    const { code, out, err } = await report(world, flags);
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd()).toEndWith(hint);
  });
});
