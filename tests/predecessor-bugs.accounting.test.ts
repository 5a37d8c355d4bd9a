import { describe, expect, test } from "bun:test";
import { createSimulatedLiteLLM } from "../lib/demo/litellm.ts";
import { purge } from "../lib/store/purge.ts";
import { loud, page, runService } from "./cli/run-service.ts";
import { bookPage, DAY, HOUR, MINUTE, NAMES, NOON, openDatabase, openWorld, temporaryFolder } from "./support/api.ts";
import { openMetered } from "./support/metered.ts";

/** Books pages a minute apart, and answers with what the whole answer says after each. */
async function summaries(pages: readonly string[]): Promise<Record<string, number>[]> {
  using world = openWorld();
  const seen: Record<string, number>[] = [];
  for (const body of pages) {
    world.state.now += MINUTE;
    world.state.revision += 1;
    bookPage(world.db, body, { at: world.state.now });
    seen.push(await world.json("/"));
  }
  return seen;
}

const REQUESTS = "litellm_proxy_total_requests_metric_total";
const TOKENS = "litellm_total_tokens_metric_total";
const COST = "litellm_spend_metric_total";

describe("accounting", () => {
  test("bug 1: in_flight_requests is what LiteLLM says, and has no windows", async () => {
    const [body = {}] = await summaries(["litellm_in_flight_requests 3\n"]);
    expect(body["in_flight_requests"]).toBe(3);
    expect(Object.keys(body).filter((key) => key.startsWith("in_flight_requests_"))).toEqual([]);
  });

  test("bug 2: no value that counts for ever falls when old rows are purged", async () => {
    using world = openWorld();
    world.scrape();
    world.send({ spend: 5 });
    world.pass(MINUTE);
    world.state.now += 100 * DAY;
    world.scrape();
    purge(world.db, { retentionDays: 90, now: world.state.now, zone: world.deps.zone });
    world.state.revision += 1;
    expect(await world.json("/")).toMatchObject({ cost: 5, lifetime: { cost: 5 } });
    expect((await world.json("/api/v1/models")).models).toMatchObject([{ cost: 5, cost_lifetime: 5 }]);
  });

  test("bug 3: a metric that we learn to read later begins to count then", () => {
    using world = openWorld();
    const before = new Map([...NAMES].filter(([name]) => name !== "cache_hits"));
    const hits = (count: number) => `${REQUESTS} 1\nlitellm_cache_hits_metric_total ${count}\n`;
    bookPage(world.db, hits(5000), { at: NOON, names: before });
    const amounts = [5001, 5004].map((count, index) => {
      const { commit } = bookPage(world.db, hits(count), { at: NOON + (index + 1) * MINUTE });
      return commit.kind === "committed" ? (commit.amounts.get("cache_hits") ?? 0) : -1;
    });
    expect(amounts).toEqual([0, 3]);
  });

  test.each([
    [10, 7],
    [100, 50],
    [100, 99],
    [1000, 400],
  ])("bug 4: a restart from %d to %d adds what is there, and nothing is ever subtracted", async (before, after) => {
    const of = (start: number, value: number, tokens: number) =>
      `process_start_time_seconds ${NOON / 1000 + start}\n${REQUESTS} ${value}\n${TOKENS} ${tokens}\n`;
    const [, , last] = await summaries([of(-9, 0, 0), of(-9, before, 10), of(130, after, 5)]);
    expect(last).toMatchObject({ requests_daily: before + after, tokens_daily: 15 });
  });

  test("bug 5: reading requests under another name is no restart and books no lifetime", async () => {
    using world = openWorld();
    const other = "litellm_deployment_total_requests_total";
    const renamed = new Map([...NAMES, ["requests", [other]] as const]);
    for (const [index, names] of [NAMES, NAMES, renamed, renamed].entries()) {
      const body = `${REQUESTS} ${1000 + index}\n${other} ${400 + index}\n${TOKENS} ${index}\n`;
      bookPage(world.db, body, { at: NOON + index * MINUTE, names });
    }
    const { snapshots } = await world.json("/api/v1/history");
    const deltas = snapshots.map((each: Record<string, unknown>) => [
      each["is_reset"],
      each["requests_delta"],
      each["tokens_delta"],
    ]);
    expect(deltas).toEqual([
      [false, 0, 0],
      [false, 1, 1],
      [false, 0, 1],
      [false, 1, 1],
    ]);
  });

  test("bug 6: two workers that answer in turn count what they did, not their difference", async () => {
    let now = NOON;
    const litellm = createSimulatedLiteLLM({ seed: 1, now: () => now, workers: 2, buckets: 0 });
    now += HOUR;
    litellm.advance(now);
    using world = openWorld({ now });
    const before = litellm.truth.total.requests;
    const scrape = (worker: number) => bookPage(world.db, litellm.page({ worker }), { at: now });
    for (const worker of [0, 1]) scrape(worker);
    const known = (await world.json("/")).requests_daily;
    for (const worker of [0, 1, 0, 1, 0, 1]) {
      now += MINUTE;
      litellm.advance(now);
      scrape(worker);
    }
    scrape(0);
    world.state.now = now;
    world.state.revision += 1;
    expect([known, (await world.json("/")).requests_daily]).toEqual([0, litellm.truth.total.requests - before]);
    const { snapshots } = await world.json("/api/v1/history");
    expect(snapshots.some((each: { is_reset: boolean }) => each.is_reset)).toBe(false);
  });

  test("bug 7: a series that LiteLLM drops takes nothing away", async () => {
    using world = openWorld();
    world.scrape();
    for (const endUser of ["alice", "bob"]) world.send({ endUser, spend: 1 });
    world.pass(MINUTE);
    world.litellm.dropSeries((_, labels) => labels.get("end_user") === "bob");
    world.send({ endUser: "alice", spend: 1 });
    world.pass(MINUTE);
    expect(await world.json("/")).toMatchObject({ cost_daily: 3 });
    expect((await world.json("/api/v1/history")).snapshots.at(-1)).toMatchObject({ cost_delta: 1 });
  });

  test("bug 8: the first traffic of a fresh LiteLLM counts for its model as for the total", async () => {
    using world = openWorld();
    world.scrape();
    world.send({ spend: 2 });
    world.pass(MINUTE);
    const { total, groups } = await world.json("/api/v1/usage");
    expect([total.cost, groups.map((group: { cost: number }) => group.cost)]).toEqual([2, [2]]);
    expect((await world.json("/api/v1/models")).models).toMatchObject([{ cost_daily: 2 }]);
  });

  test("bug 9: a model that is gone for a scrape and comes back is not counted again, nor after our own restart", () => {
    using temporary = temporaryFolder();
    const pages = [[1, 1], [5, 3], [6], [7, 4]];
    const text = (values: readonly number[]) =>
      values.map(
        (value, index) =>
          `${COST}{model="m${index}"} ${value}\n${COST.replace("_total", "_created")}{model="m${index}"} 5\n`,
      );
    const booked = pages.map((values, index) => {
      const db = openDatabase(temporary.path);
      const { commit } = bookPage(db, text(values).join(""), { at: NOON + index * MINUTE });
      db.close();
      return commit.kind === "committed" ? (commit.amounts.get("cost") ?? 0) : -1;
    });
    expect(booked).toEqual([0, 6, 1, 2]);
  });

  test.each([["<html><body>Swagger</body></html>"], [""], ['{"detail":"Not Found"}']])(
    "bug 10: the answer %p is no page, and the next page counts from the one before it",
    async (answer) => {
      const seen = await runService([page(100), answer, page(101)]);
      expect(seen.map(({ live }) => live.error === undefined)).toEqual([true, false, true]);
      expect(loud(seen[2]).at(-1)?.[1]).toStartWith("Booked $1.00 ");
    },
  );

  test("bug 10: a page without requests does not make the next one count from nothing", async () => {
    const [, , last] = await summaries([
      `${REQUESTS} 5000\n${COST} 1\n`,
      `${COST} 2\n`,
      `${REQUESTS} 5001\n${COST} 3\n`,
    ]);
    expect(last).toMatchObject({ requests_daily: 1, cost_daily: 2 });
  });

  test("bug 11: a scrape that is half written is not written at all, and then counted once", async () => {
    using world = openWorld();
    world.scrape();
    world.send({ spend: 1 });
    world.db.run("CREATE TRIGGER refuse BEFORE INSERT ON snapshot BEGIN SELECT RAISE(ABORT, 'full'); END");
    expect(() => world.pass(MINUTE)).toThrow("full");
    world.db.run("DROP TRIGGER refuse");
    world.pass(MINUTE);
    expect(await world.json("/")).toMatchObject({ cost_daily: 1, lifetime: { cost: 1 } });
  });

  test("bug 23: what a gap over midnight held is shared between the days", () => {
    using store = openMetered("2026-11-20T20:00:00Z");
    store.use("2026-11-20T20:01:00Z", {}, { cost: 1 });
    // Scrapes at 22:00 and 02:00, with eight dollars between.
    store.scrape("2026-11-20T22:00:00Z");
    bookPage(store.db, `${COST} 9\n${REQUESTS} 9\n`, { at: Date.parse("2026-11-21T02:00:00Z") });
    const { groups } = store.answer({ last: "1d", by: "day" }, Date.parse("2026-11-21T02:00:00Z"));
    expect(groups.map(({ day, cost, requests }) => [day, cost, requests])).toEqual([
      ["2026-11-20", 5, 5],
      ["2026-11-21", 4, 4],
    ]);
  });
});
