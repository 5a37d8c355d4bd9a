import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaProblem } from "../../lib/query/check-schema.ts";
import { usageSchema } from "../../lib/query/usage/usage-schema.ts";
import { purge } from "../../lib/store/purge.ts";
import { DAY, HOUR, MINUTE, openDatabase, openWorld, temporaryFolder, type World } from "../support/api.ts";
import { runCli } from "./run-cli.ts";
import { report, spentWorld } from "./spent-world.ts";

describe("report --json gives the bytes of /api/v1/usage", () => {
  const QUESTIONS: [flags: string[], query: string][] = [
    [[], ""],
    [["--today"], "period=today"],
    [["--yesterday"], "period=yesterday"],
    [["--week"], "period=week"],
    [["--month"], "period=month"],
    [["--last", "7d"], "last=7d"],
    [["--last=90m"], "last=90m"],
    [["--since", "2026-11-20"], "since=2026-11-20"],
    [["--since", "20261120", "--until", "2026-11-20"], "since=20261120&until=2026-11-20"],
    [["--since", "2026-11-20T12:00:00+02:00"], "since=2026-11-20T12:00:00%2B02:00"],
    [["--by", "team,model"], "by=team,model"],
    [["--week", "--by", "day", "--top", "1"], "period=week&by=day&top=1"],
    [["--month", "--by", "hour", "--step", "15m"], "period=month&by=hour&step=15m"],
    [["--week", "--by", "end_user,user,key", "--sort", "requests"], "period=week&by=end_user,user,key&sort=requests"],
    [
      ["--week", "--model-group", "claude-haiku", "gemini-flash"],
      "period=week&model_group=claude-haiku&model_group=gemini-flash",
    ],
    [["--month", "--end-user", "zoë", "--key=open-webui"], "period=month&end_user=zo%C3%AB&key=open-webui"],
  ];

  let world: World;
  beforeAll(() => {
    world = spentWorld({ zone: "America/Santiago" });
  });
  afterAll(() => world[Symbol.dispose]());

  test.each(QUESTIONS.map(([flags, query]) => [flags.join(" "), flags, query] as const))(
    "for %p",
    async (_, flags, query) => {
      const ran = await report(world, ["--json", ...flags], { set: { TIMEZONE: "America/Santiago" } });
      expect(ran).toEqual({ code: 0, err: "", out: await (await world.get(`/api/v1/usage?${query}`)).text() });
      expect(schemaProblem(JSON.parse(ran.out), usageSchema(), true)).toBeUndefined();
    },
  );

  test("for names that nobody has", async () => {
    const { code, out } = await report(world, ["--json", "--model", "__proto__"], {
      set: { TIMEZONE: "America/Santiago" },
    });
    expect([code, out]).toEqual([2, await (await world.get("/api/v1/usage?model=__proto__")).text()]);
  });

  test("with a budget", async () => {
    using rich = spentWorld({ budgets: { budgetDaily: 5, budgetWeekly: undefined, budgetMonthly: 1e-6 } });
    for (const period of ["today", "week", "month"]) {
      const flags = ["--json", `--${period}`, "--budget-daily", "5", "--budget-monthly", "0.000001"];
      const { out } = await report(rich, flags);
      expect(out).toBe(await (await rich.get(`/api/v1/usage?period=${period}`)).text());
      expect("budget" in JSON.parse(out)).toBe(period !== "week");
    }
  });

  test("in the zone of the flag that is the zone of the query", async () => {
    const ran = await report(world, ["--json", "--week", "--timezone", "Asia/Kathmandu"]);
    expect(ran.out).toBe(await (await world.get("/api/v1/usage?period=week&timezone=Asia/Kathmandu")).text());
  });

  test("after a purge and on a file that nothing was scraped into", async () => {
    using world = spentWorld();
    purge(world.db, { retentionDays: 1, now: world.state.now + DAY, zone: world.deps.zone });
    const ran = await report(world, ["--json", "--month", "--step", "hour"]);
    expect(ran.out).toBe(await (await world.get("/api/v1/usage?period=month&step=hour")).text());
    using empty = openWorld({ inFile: true });
    expect((await report(empty, ["--json"])).out).toBe(await (await empty.get("/api/v1/usage")).text());
  });
});

describe("exit codes", () => {
  test("0 with a scrape in the window, be it the first one or of a quiet day", async () => {
    using world = openWorld({ inFile: true });
    world.scrape();
    expect(await report(world, ["--json"])).toMatchObject({ code: 0, err: "" });
    world.pass(2 * MINUTE);
    const { code, out } = await report(world, ["--json"]);
    expect([code, JSON.parse(out).total.cost]).toEqual([0, 0]);
  });

  test("2 for a bad question, with the words of the API", async () => {
    using world = openWorld({ inFile: true });
    expect(await report(world, ["--top", "0"])).toEqual({
      code: 2,
      out: "",
      err: 'litellm-pulse: top is "0", expected a whole number from 1 to 10000\n',
    });
    expect(await report(world, ["--today", "--week"])).toEqual({
      code: 2,
      out: "",
      err: 'litellm-pulse: period is "today" and "week", expected one of them\n',
    });
    expect(await report(world, ["--today", "--last", "7d"])).toMatchObject({ code: 2, out: "" });
  });

  test("5 without a database, with the absolute path and the setting, and none is made", async () => {
    using temporary = temporaryFolder();
    const missing = join(temporary.folder, "deep", "pulse.db");
    for (const argv of [
      ["report"],
      ["report", "--csv"],
      ["report", "--json", "-o", join(temporary.folder, "a.json")],
    ]) {
      const { code, out, err } = await runCli(argv, { set: { DB_PATH: missing } });
      expect([code, out]).toEqual([5, ""]);
      expect(err).toBe(
        `litellm-pulse: There is no database at ${missing}: run litellm-pulse serve or scrape-once first, or set LITELLM_PULSE_DB_PATH\n`,
      );
    }
    const { err } = await runCli(["report"], { set: { DB_PATH: "no/such.db" } });
    expect(err).toContain(` ${join(process.cwd(), "no/such.db")}:`);
    expect(await Array.fromAsync(new Bun.Glob("**").scan({ cwd: temporary.folder, onlyFiles: false }))).toEqual([]);
  });

  test("5 without a database, JSON as whole as where nothing was ever scraped", async () => {
    using temporary = temporaryFolder();
    const ask = (name: string) => runCli(["report", "--json"], { set: { DB_PATH: join(temporary.folder, name) } });
    openDatabase(join(temporary.folder, "new.db")).close();
    writeFileSync(join(temporary.folder, "zero.db"), "");
    const { out } = await ask("new.db");
    expect(JSON.parse(out)).toMatchObject({ schema_version: 1, total: { cost: null } });
    for (const name of ["missing.db", "zero.db"]) expect(await ask(name)).toMatchObject({ code: 5, out });
  });

  test.each([
    ["--source", "ledger"],
    ["--by", "tag,day"],
  ])("5 without a spend ledger for %s %s, JSON whole all the same", async (flag, value) => {
    using temporary = temporaryFolder();
    const { code, out, err } = await runCli(["report", "--json", flag, value], { set: { DB_PATH: temporary.path } });
    expect([code, err.split(":")[1]?.trim().slice(0, 29)]).toEqual([5, "There is no spend ledger at /"]);
    const answer: unknown = JSON.parse(out);
    expect(schemaProblem(answer, usageSchema(), true)).toBeUndefined();
    expect(answer).toMatchObject({ source: "ledger", total: { cost: null }, groups: [] });
  });

  test("5 where nothing was ever scraped, JSON still whole", async () => {
    using temporary = temporaryFolder();
    openDatabase(temporary.path).close();
    const { code, out, err } = await runCli(["report", "--json"], { set: { DB_PATH: temporary.path } });
    expect(code).toBe(5);
    expect(JSON.parse(out)).toMatchObject({ schema_version: 1, total: { cost: null }, groups: [], steps: [] });
    expect(err).toBe(
      "litellm-pulse: There is no good scrape in the database yet: check that litellm-pulse serve or scrape-once runs\n",
    );
  });

  test.each([[["--json"]], [["--csv"]], [[]]])(
    "5 with no scrape in the window, %j written all the same",
    async (flags) => {
      using world = spentWorld();
      const newest = "2026-11-21T12:04:00+00:00";
      world.state.now += 7 * DAY;
      const ran = await report(world, flags);
      expect(ran.code).toBe(5);
      expect(ran.out).not.toBe("");
      expect(ran.err).toBe(
        `litellm-pulse: There is no good scrape since 2026-11-28T00:00:00+00:00, the newest is from ${newest}: check that litellm-pulse serve or scrape-once runs\n`,
      );
      expect((await report(world, ["--since", "2026-11-01", "--until", "2026-11-02", ...flags])).err).toContain(
        "between 2026-11-01T00:00:00+00:00 and 2026-11-03T00:00:00+00:00",
      );
    },
  );

  test("5 where the last hours asked for began after the newest scrape, whatever was spent before", async () => {
    using world = spentWorld();
    expect((await report(world, ["--last", "1h", "--fail-over", "0"])).code).toBe(3);
    world.state.now += 2 * HOUR;
    const ran = await report(world, ["--last", "1h", "--fail-over", "0", "--json"]);
    expect(ran.code).toBe(5);
    expect(JSON.parse(ran.out)).toMatchObject({ coverage: { from: null }, total: { requests: 0 }, groups: [] });
    expect(ran.err).toContain("There is no good scrape since 2026-11-21T13:0");
    expect((await report(world, ["--last", "3h"])).code).toBe(0);
  });

  test("6 for what is no database, or a newer one", async () => {
    using temporary = temporaryFolder();
    writeFileSync(
      temporary.path,
      "This is no database at all, but a text that is long enough to be read as one. ".repeat(9),
    );
    const text = await runCli(["report"], { set: { DB_PATH: temporary.path } });
    expect(text).toMatchObject({ code: 6, out: "" });
    expect(text.err).toContain(temporary.path);
    const newer = join(temporary.folder, "newer.db");
    const db = openDatabase(newer);
    db.run("PRAGMA user_version = 999");
    db.close();
    expect(await runCli(["report"], { set: { DB_PATH: newer } })).toMatchObject({ code: 6, out: "" });
  });

  test("6 for a database that breaks while it is read", async () => {
    using world = spentWorld();
    world.db.run("DROP TABLE lifetime");
    const { code, out, err } = await report(world, ["--json"]);
    expect([code, out]).toEqual([6, ""]);
    expect(err).toBe(`litellm-pulse: Cannot read the database ${world.path}: no such table: lifetime\n`);
  });
});

describe("stdout carries the answer only", () => {
  test("the table, without colour and escape codes where it is no terminal", async () => {
    using world = spentWorld();
    const { code, out, err } = await report(world, ["--week", "--by", "model"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("claude-3-5-haiku-20241022");
    expect(out).not.toContain("\u001b");
  });

  test("warnings and notes go to stderr beside JSON and CSV", async () => {
    using world = spentWorld();
    world.db.run("UPDATE target SET is_foreign = 1");
    for (const flags of [["--json"], ["--csv"]]) {
      const { out, err } = await report(world, flags, { set: { TIMEZONE: "Mars" } });
      expect(out).not.toContain("litellm_settings");
      expect(err).toMatch(
        /^litellm-pulse: LITELLM_PULSE_TIMEZONE is "Mars".*\nlitellm-pulse: The page has no metrics.*\n$/,
      );
    }
    const { out, err } = await report(world, []);
    expect([out.includes("litellm_settings"), err]).toEqual([true, ""]);
  });

  test("colour on a terminal only, and not where NO_COLOR is set", async () => {
    using world = spentWorld();
    const terminal = { terminalColumns: 100, env: { LANG: "C.UTF-8" } };
    expect((await report(world, ["--week"], terminal)).out).toContain("\u001b[");
    const plain = await report(world, ["--week"], { ...terminal, env: { NO_COLOR: "1" } });
    expect(plain.out).not.toContain("\u001b");
  });
});
