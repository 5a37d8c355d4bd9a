import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { createAnswers } from "../../lib/server/answers/answers.ts";
import type { Keep } from "../../lib/server/answers/keep.ts";
import { type Answer, bookPage, MINUTE, openDatabase, openWorld } from "../support/api.ts";

const PATHS = [
  "/",
  "/api/v1/metrics/cost_daily",
  "/api/v1/models",
  "/api/v1/history",
  "/api/v1/usage",
  "/api/v1/usage?last=7d&by=model,day",
];

async function texts(world: { get(path: string): Promise<Answer> }): Promise<string[]> {
  return Promise.all(PATHS.map(async (path) => (await world.get(path)).text()));
}

test("equal questions get equal bytes, however much later they are asked on the same day", async () => {
  using world = openWorld();
  world.scrape();
  world.send({ spend: 1 });
  world.pass(MINUTE);
  const first = await texts(world);
  world.state.now += 90_500;
  expect(await texts(world)).toEqual(first);
});

test("every answer is made anew after a scrape", async () => {
  using world = openWorld();
  world.scrape();
  const first = await texts(world);
  world.send({ spend: 1 });
  world.pass(MINUTE);
  const second = await texts(world);
  for (const [index, text] of second.entries()) expect(text).not.toBe(first[index] ?? "");
});

test("every answer is made anew when another process has written", async () => {
  using world = openWorld({ inFile: true });
  world.scrape();
  const first = await texts(world);
  const other = openDatabase(world.path);
  world.send({ spend: 1 });
  world.state.now += MINUTE;
  bookPage(other, world.litellm.page(), { at: world.state.now });
  const second = await texts(world);
  other.close();
  for (const [index, text] of second.entries()) expect(text).not.toBe(first[index] ?? "");
  expect(second[0]).toContain('"cost_daily":1,');
});

test("numbers are read once between changes", async () => {
  using world = openWorld({ inFile: true });
  world.scrape();
  const transaction = world.db.transaction.bind(world.db);
  let views = 0;
  world.db.transaction = ((read: () => unknown) => {
    views += 1;
    return transaction(read);
  }) as typeof world.db.transaction;
  for (let time = 0; time < 3; time++) {
    for (const path of ["/", "/api/v1/metrics", "/api/v1/metrics/cost", "/api/v1/metrics/tokens"])
      await world.get(path);
  }
  expect(views).toBe(1);
});

describe("midnight", () => {
  test("ends the day of the answers although nothing was scraped", async () => {
    using world = openWorld({ zone: "America/Santiago", now: Date.parse("2026-11-20T23:58:00-03:00") });
    world.scrape();
    world.send({ spend: 1 });
    world.pass(MINUTE);
    expect(await world.json("/api/v1/usage")).toMatchObject({
      period: { from: "2026-11-20T00:00:00-03:00" },
      total: { cost: 1 },
    });
    expect(await world.json("/")).toMatchObject({ cost_daily: 1 });
    world.state.now += MINUTE;
    expect(await world.json("/")).toMatchObject({ cost_daily: 0, cost_weekly: 1 });
    expect(await world.json("/api/v1/metrics/cost_daily")).toMatchObject({ value: 0 });
    expect(await world.json("/api/v1/usage")).toMatchObject({
      period: { from: "2026-11-21T00:00:00-03:00", to: "2026-11-21T00:00:00-03:00" },
      total: { cost: 0 },
      previous: { cost: null },
    });
  });

  test("of the zone that a question names ends its day too", async () => {
    using world = openWorld({ now: Date.parse("2026-11-20T23:58:00+09:00") });
    world.scrape();
    world.send({ spend: 1 });
    world.pass(MINUTE);
    const question = "/api/v1/usage?timezone=Asia/Tokyo";
    expect(await world.json(question)).toMatchObject({ total: { cost: 1 } });
    world.state.now += MINUTE;
    expect(await world.json(question)).toMatchObject({
      period: { from: "2026-11-21T00:00:00+09:00", timezone: "Asia/Tokyo" },
      total: { cost: 0 },
    });
  });
});

describe("answers that nobody asks for again", () => {
  /** How often an answer of `characters` was made after it was asked for, `others` like it, and it again. */
  async function timesMade(characters: number, others: number): Promise<number> {
    const keep: Keep = (make) => {
      const value = make();
      return () => value;
    };
    const answers = createAnswers(keep);
    let made = 0;
    const app = new Hono().get("/:key", (context) =>
      answers.send(context, context.req.param("key"), () => {
        if (context.req.param("key") === "first") made += 1;
        return "x".repeat(characters);
      }),
    );
    for (const key of ["first", "first", ...Array.from({ length: others }, (_, index) => String(index)), "first"]) {
      await (await app.request(`/${key}`)).arrayBuffer();
    }
    return made;
  }

  test.each([
    ["a few are kept", 10, 20, 1],
    ["thousands do not pile up", 10, 1000, 2],
    ["large ones do not pile up", 3_000_000, 6, 2],
  ])("%s", async (_, characters, others, made) => {
    expect(await timesMade(characters, others)).toBe(made);
  });
});
