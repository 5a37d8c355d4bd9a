import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { parseAddress } from "../../../lib/ledger/postgres/address.ts";
import { openClient } from "../../../lib/ledger/postgres/client.ts";
import { unlessSilent } from "../../../lib/ledger/postgres/silence.ts";
import { openCuttingProxy } from "../../support/cutting-proxy.ts";
import { openDatabase } from "../../support/postgres.ts";
import { fillSpendLogs } from "../../support/spend-rows.ts";
import { NOW, openSync } from "../../support/sync.ts";

setDefaultTimeout(120_000);

const PATIENCE = { silenceMs: 300, answerMs: 3000 };
const SILENT =
  /^PostgreSQL at [^ ]+ cannot be reached: nothing has come over an open connection for \d+ s, and a new one is not answered$/;

describe("a source that falls silent on an open connection", () => {
  test("ends the run as one that is away, in the past as on a page, and the next run goes on", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fillSpendLogs(database.sql, { rows: 20_000, days: 4, until: NOW, seed: 0.5 });
    using proxy = await openCuttingProxy(database.server.port);
    const url = database.url.replace(/:\d+\//, `:${proxy.port}/`);
    let silentFrom = 8000;
    await using sync = openSync(database, {
      url,
      patience: PATIENCE,
      onRows(rows) {
        if (rows >= silentFrom) proxy.isSilent = true;
      },
    });
    expect(await sync.failure()).toEqual({ reason: "away", message: expect.stringMatching(SILENT) });
    proxy.isSilent = false;
    silentFrom = Number.POSITIVE_INFINITY;
    await sync.tally();
    proxy.isSilent = true;
    expect(await sync.failure()).toEqual({ reason: "away", message: expect.stringMatching(SILENT) });
    proxy.isSilent = false;
    await sync.tally();
    expect((await sync.sums()).requests).toBe(20_000);
  });

  test("is not one that computes for long: then a new connection is answered", async () => {
    await using database = await openDatabase();
    const address = parseAddress(database.url);
    if (address === undefined) throw new Error("No address");
    const client = openClient(address, { silenceMs: 50, answerMs: 30_000 });
    const rows = await client.read(60_000, (sql) => sql`SELECT pg_sleep(${0.5})::text AS slept`);
    expect(rows).toHaveLength(1);
    await client.close();
  });

  test("has gone where no statement may run that long, though others are answered", async () => {
    const heardAt = performance.now();
    let asked = 0;
    const isAnswering = async () => {
      asked += 1;
      return true;
    };
    const listening = { heardAt: () => heardAt, silenceMs: 4, longestMs: 40, isAnswering };
    const error = await unlessSilent(new Promise(() => {}), listening).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: "CONNECTION_CLOSED",
      message: expect.stringContaining("a new one is answered"),
    });
    expect(asked).toBeGreaterThan(0);
  });

  test("is waited for as long as something comes", async () => {
    const work = Promise.withResolvers<string>();
    let looks = 0;
    const listening = {
      heardAt() {
        looks += 1;
        if (looks === 20) work.resolve("whole");
        return performance.now();
      },
      silenceMs: 4,
      longestMs: 40,
      isAnswering: async () => false,
    };
    expect(await unlessSilent(work.promise, listening)).toBe("whole");
  });
});
