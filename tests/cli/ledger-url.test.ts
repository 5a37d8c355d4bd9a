import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { createServer } from "node:net";
import { openLedgerView } from "../../lib/cli/ledger/ledger-view.ts";
import { createLedgerReading } from "../../lib/cli/ledger/serve/ledger-reading.ts";
import { openWorld } from "../support/api.ts";
import { until } from "../support/binary.ts";
import { fixturePath } from "../support/fixtures.ts";
import { copyToPostgres } from "../support/ledger-copy.ts";
import { openDatabase, startServer } from "../support/postgres.ts";
import { AS_OF, recordedLedger } from "../support/spend-api.ts";
import { runCli } from "./run-cli.ts";
import { spentWorld } from "./spent-world.ts";

// A PostgreSQL server starts in a second, on a busy machine in many.
setDefaultTimeout(120_000);

/** One line for a person, without the password. */
/** A slow machine may lose patience before the connection says what is wrong with it. */
const ONE_LINE = /^(PostgreSQL at|The spend ledger does not answer: look at) [^\n]+[^\n.]$/;

test("report and reconcile say the same from a ledger in PostgreSQL as from a file", async () => {
  using world = spentWorld();
  await using database = await openDatabase({ isForPeople: true });
  const file = world.path.replace(/\.db$/, ".ledger.db");
  const set = { DB_PATH: world.path };
  expect(await runCli(["import", fixturePath("spend-api/rows.jsonl")], { now: () => AS_OF, set })).toMatchObject({
    code: 0,
  });
  const db = new Database(file, { strict: true });
  const copy = await copyToPostgres(db, database);
  await copy.close();
  db.close();
  const inPostgres = { ...set, LEDGER_URL: database.url };
  const days = ["--since", "2026-11-01", "--until", "2026-11-22"];
  for (const argv of [
    ["report", "--source", "ledger", "--json", ...days],
    ["report", "--source", "ledger", "--by", "team,user", ...days],
    ["report", "--by", "tag", "--csv", ...days],
    ["reconcile", ...days],
    ["reconcile", "--json", ...days],
  ]) {
    const fromFile = await runCli(argv, { now: () => AS_OF, set });
    expect(fromFile.out).not.toBe("");
    expect(await runCli(argv, { now: () => AS_OF, set: inPostgres })).toEqual(fromFile);
  }
});

test("report and reconcile end with 5 where PostgreSQL holds no ledger, and with 6 where it is away", async () => {
  using world = spentWorld();
  await using database = await openDatabase();
  for (const [url, code] of [
    [database.url, 5],
    [database.url.replace(/:\d+\//, ":1/"), 6],
  ] as const) {
    for (const command of [["report", "--source", "ledger"], ["reconcile"]]) {
      const ran = await runCli(command, { now: () => world.state.now, set: { DB_PATH: world.path, LEDGER_URL: url } });
      expect([ran.code, ran.out]).toEqual([code, ""]);
      expect(ran.err).toMatch(/^litellm-pulse: [^\n]+[^\n.]\n$/);
      expect(ran.err).not.toContain("top-secret");
    }
  }
});

test("a PostgreSQL that goes away is 503 of the ledger's routes alone, which answer again when it is back", async () => {
  const server = await startServer();
  const database = await openDatabase({ server });
  const copy = await copyToPostgres((await recordedLedger()).db, database);
  await copy.close();
  using world = openWorld({ now: AS_OF, ledgerUrl: database.url });
  world.scrape();
  const statusOf = async (path: string) => (await world.get(path)).status;
  const routes = ["/usage", "/usage?start=2026-11-01", "/aggregate", "/api/v1/usage?source=ledger&by=team"];
  const others = ["/health/live", "/api/v1/metrics", "/api/v1/usage?period=today", "/metrics"];
  for (const path of [...routes, ...others]) expect([path, await statusOf(path)]).toEqual([path, 200]);
  await database.sql.end({ timeout: 1 });
  await server.stop();
  for (const path of routes) {
    const { status, body } = await answerOf(await world.get(path));
    expect([path, status]).toEqual([path, 503]);
    expect(body.error).toMatch(ONE_LINE);
    expect(body.error).not.toContain("top-secret");
  }
  for (const path of others) expect([path, await statusOf(path)]).toEqual([path, 200]);
  await server.start();
  for (const path of routes) await until(`${path} answers`, async () => (await statusOf(path)) === 200);
  expect(world.bugs).toEqual([]);
  await server.stop();
});

test("a PostgreSQL that says nothing keeps answers waiting for no longer than their patience", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const url = `postgres://somebody@127.0.0.1:${port}/ledger`;
  const reading = createLedgerReading(() => openLedgerView({ path: "", url }), { usual: 40, inTrouble: 10 });
  for (let round = 0; round < 3; round++) {
    expect(await reading.reading()).toMatchObject({ kind: "absent", status: 503 });
  }
  await reading.close();
  silent.close();
});

async function answerOf(response: { readonly status: number; json(): Promise<unknown> }) {
  return { status: response.status, body: (await response.json()) as { readonly error: string } }; // As every refusal is.
}
