import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createZone } from "../../../../lib/aggregator/zone.ts";
import { foldBatch } from "../../../../lib/ledger/fold/fold-batch.ts";
import { createLedger } from "../../../../lib/ledger/ledger.ts";
import { ledgerMigrations } from "../../../../lib/ledger/schema/migrations.ts";
import { noteProgress } from "../../../../lib/ledger/source.ts";
import { sqliteStore } from "../../../../lib/ledger/sql/sqlite/store.ts";
import { openLedgerFile } from "../../../../lib/store/open/open-ledger.ts";
import { temporaryFolder } from "../../../support/api.ts";
import { batchOf } from "../../../support/ledger.ts";
import { recordWith } from "../../../support/records.ts";
import { runCli } from "../../run-cli.ts";

let temporary: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  temporary = temporaryFolder();
});
afterAll(() => temporary[Symbol.dispose]());

/** Serves with these settings until `use` has ended. */
async function serving(set: Record<string, string>, use: (url: string) => Promise<void>) {
  const stop = new AbortController();
  const listening = Promise.withResolvers<string>();
  const ran = runCli(["serve"], {
    now: Date.now,
    signal: stop.signal,
    set: {
      METRICS_URL: "http://127.0.0.1:1/metrics/",
      DB_PATH: join(temporary.folder, "pulse.db"),
      HOST: "127.0.0.1",
      PORT: "0",
      ...set,
    },
    onErr(text) {
      const url = /Listening on (http:\/\/[^ ,]+)/.exec(text)?.[1];
      if (url !== undefined) listening.resolve(url);
    },
  });
  ran.then(({ err }) => listening.reject(new Error(err)), listening.reject);
  try {
    await use(await listening.promise);
  } finally {
    stop.abort();
  }
  return ran;
}

describe("serve", () => {
  test("answers LiteLLM's spend API from a ledger that appears while it runs", async () => {
    const path = join(temporary.folder, "late.ledger.db");
    const at = Date.parse("2026-11-20T10:00:00Z");
    const ran = await serving({ LEDGER_PATH: path, PROVIDER_BUDGETS: "openai=100/1d" }, async (url) => {
      const activity = `${url}/global/activity?start_date=2026-11-01&end_date=2026-11-21`;
      const before = await fetch(activity);
      expect(before.status).toBe(501);
      expect(await before.text()).toContain("LITELLM_PULSE_DATABASE_URL");
      const opened = openLedgerFile(path, ledgerMigrations("sqlite"), "write");
      if (opened.kind === "failed") throw new Error(opened.failure.message);
      const ledger = createLedger(sqliteStore(opened.db), createZone("UTC"));
      await foldBatch(ledger, batchOf([recordWith({ id: "a", at })]), { now: at, source: "test" });
      const after = await fetch(activity);
      expect(await after.json()).toEqual({
        daily_data: [{ date: "Nov 20", api_requests: 1, total_tokens: 120 }],
        sum_api_requests: 1,
        sum_total_tokens: 120,
      });
      await foldBatch(ledger, batchOf([recordWith({ id: "b", at })]), { now: at, source: "test" });
      expect(await (await fetch(activity)).json()).toMatchObject({ sum_api_requests: 2 });
      expect(await (await fetch(`${url}/provider/budgets`)).json()).toMatchObject({
        providers: { openai: { budget_limit: 100, time_period: "1d" } },
      });
      expect((await fetch(`${url}/spend/keys`)).status).toBe(501);
      const head = await fetch(activity, { method: "HEAD" });
      expect([head.status, await head.text()]).toEqual([200, ""]);
      expect((await fetch(activity, { method: "POST" })).status).toBe(405);
      const cost = await fetch(`${url}/spend/calculate`, {
        method: "POST",
        body: JSON.stringify({
          completion_response: { model: "gpt-4o", usage: { prompt_tokens: 1000, completion_tokens: 500 } },
        }),
      });
      expect(await cost.json()).toEqual({ cost: 0.0075 });
      expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
      opened.db.close();
    });
    expect(ran.code).toBe(0);
  });

  test.each([
    [{ AUTH: "litellm" }, "LITELLM_PULSE_DATABASE_URL"],
    [{ AUTH: "everybody" }, "LITELLM_PULSE_AUTH"],
    [{ PROVIDER_BUDGETS: "openai" }, "LITELLM_PULSE_PROVIDER_BUDGETS"],
    [{ PROVIDER_BUDGETS: "openai=1/0d" }, "LITELLM_PULSE_PROVIDER_BUDGETS"],
    [{ PROVIDER_BUDGETS: "a=1/1d,a=2/1d" }, "LITELLM_PULSE_PROVIDER_BUDGETS"],
    [{ PROVIDER_BUDGETS: '{"openai": {"budget_limit": "1"}}' }, "LITELLM_PULSE_PROVIDER_BUDGETS"],
    [{ MAX_BUDGET: "-1" }, "LITELLM_PULSE_MAX_BUDGET"],
    [{ PRICES_FILE: "/nowhere/prices.json" }, "LITELLM_PULSE_PRICES_FILE"],
  ])("%p is refused with the name of the setting", async (set, name) => {
    const { code, err } = await runCli(["serve"], { now: Date.now, set: { PORT: "0", HOST: "127.0.0.1", ...set } });
    expect(code).toBe(2);
    expect(err).toContain(name);
  });

  test("says that the log is still being read where a source is set and nothing is folded, until something is", async () => {
    const path = join(temporary.folder, "unfolded.ledger.db");
    const set = { LEDGER_PATH: path, DATABASE_URL: "postgres://nobody@127.0.0.1:1/litellm" };
    await serving(set, async (url) => {
      const activity = `${url}/global/activity?start_date=2026-11-01&end_date=2026-11-21`;
      const expectBeingRead = async () => {
        const response = await fetch(activity);
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({
          error: expect.stringContaining("is being read"),
          hint: expect.any(String),
        });
      };
      await expectBeingRead();
      const opened = openLedgerFile(path, ledgerMigrations("sqlite"), "write");
      if (opened.kind === "failed") throw new Error(opened.failure.message);
      await expectBeingRead();
      const ledger = createLedger(sqliteStore(opened.db), createZone("UTC"));
      const nothing = { counted: 0, duplicates: 0, tooOld: 0 };
      await ledger.write((transaction) =>
        noteProgress(transaction, nothing, { source: "table", progress: "{}", now: 1 }),
      );
      expect(await (await fetch(activity)).json()).toMatchObject({ sum_api_requests: 0 });
      opened.db.close();
    });
  });
});
