import { expect, setDefaultTimeout, test } from "bun:test";
import { openCuttingProxy } from "../../support/cutting-proxy.ts";
import { openDatabase } from "../../support/postgres.ts";
import { fillSpendLogs } from "../../support/spend-rows.ts";
import { HOUR, NOW, openSync } from "../../support/sync.ts";

setDefaultTimeout(120_000);

const CUTS = 24;

/** A source behind a way that breaks, and what the source adds up to. */
async function openBehindProxy(rows: number) {
  const database = await openDatabase({ schema: "schema.sql" });
  await fillSpendLogs(database.sql, { rows, days: 3, until: NOW, seed: 0.5 });
  const proxy = await openCuttingProxy(database.server.port);
  const url = database.url.replace(/:\d+\//, `:${proxy.port}/`);
  return {
    database,
    proxy,
    sync: openSync(database, { url }),
    async truth() {
      const [row] = await database.sql`SELECT count(*)::int AS requests, sum(total_tokens)::float8 AS tokens,
        sum(spend) AS spend FROM "LiteLLM_SpendLogs"`;
      return { requests: row?.["requests"], tokens: row?.["tokens"], spend: expect.closeTo(row?.["spend"], 9) };
    },
    async [Symbol.asyncDispose]() {
      await this.sync[Symbol.asyncDispose]();
      proxy[Symbol.dispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

test("a connection that is cut after any number of bytes of the past costs only another try", async () => {
  await using world = await openBehindProxy(3000);
  let failed = 0;
  for (let cut = 0; cut < CUTS; cut++) {
    world.proxy.cutAfter = 200 + Math.floor(1.35 ** cut * 400);
    const outcome = await world.sync.run();
    if (outcome.kind === "failed") expect(outcome.failure.reason).toBe("away");
    failed += outcome.kind === "failed" ? 1 : 0;
  }
  expect(failed).toBeGreaterThan(CUTS / 2);
  world.proxy.cutAfter = undefined;
  await world.sync.tally();
  expect(await world.sync.sums()).toEqual(await world.truth());
});

test("a connection that is cut after any number of bytes of a page costs only another try", async () => {
  await using world = await openBehindProxy(100);
  await world.sync.tally();
  let failed = 0;
  for (let cut = 0; cut < CUTS; cut++) {
    const past = { rows: 300, days: 0.01, until: NOW + cut * 60_000, seed: 0.25, from: (cut + 1) * 1000 };
    await fillSpendLogs(world.database.sql, past);
    world.sync.now = NOW + cut * 60_000;
    world.proxy.cutAfter = 20_000 + cut * 3000;
    const outcome = await world.sync.run();
    if (outcome.kind === "failed") expect(outcome.failure.reason).toBe("away");
    failed += outcome.kind === "failed" ? 1 : 0;
  }
  expect(failed).toBeGreaterThan(CUTS / 4);
  world.proxy.cutAfter = undefined;
  world.sync.now += HOUR / 4;
  await world.sync.tally();
  expect(await world.sync.sums()).toEqual(await world.truth());
});

test("a backend that is ended by an administrator in the middle costs only another try", async () => {
  await using world = await openBehindProxy(6000);
  const { sql } = world.database;
  let ended = 0;
  await using sync = openSync(world.database, {
    onRows() {
      ended += 1;
      if (ended === 1) {
        void sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'litellm-pulse' AND datname = current_database()`.execute();
      }
    },
  });
  const outcome = await sync.run();
  expect(ended).toBeGreaterThan(0);
  if (outcome.kind === "failed") expect(outcome.failure.reason).toBe("away");
  await sync.tally();
  expect(await sync.sums()).toEqual(await world.truth());
});
