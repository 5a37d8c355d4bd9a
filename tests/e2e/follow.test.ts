import { expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, type Serving, until } from "../support/binary.ts";
import { openDatabase, startServer } from "../support/postgres.ts";
import { addRow } from "../support/sync.ts";

setDefaultTimeout(120_000);

const PATIENCE_MS = 30_000;

// biome-ignore lint/suspicious/noExplicitAny: what comes back is what the test is about
async function answer(serving: Serving, path: string): Promise<{ status: number; body: any }> {
  const response = await fetch(`${serving.url}${path}`);
  return { status: response.status, body: await response.json() };
}

/** Waits until the ledger has so many requests. */
async function untilCounted(serving: Serving, requests: number): Promise<void> {
  const isThere = async () => {
    const { status, body } = await answer(serving, "/usage");
    return status === 200 && body.totals.total_requests === requests;
  };
  await until(`${requests} requests are in the ledger`, isThere, PATIENCE_MS);
}

test("serve with a source of request logs and no metrics page follows the source through its outages, and does not scrape", async () => {
  const server = await startServer();
  await using database = await openDatabase({ schema: "schema.sql", server });
  await using sandbox = openSandbox();
  const at = Date.now() - 600_000;
  await addRow(database, { id: "a", at, spend: 0.5 });
  const serving = await sandbox.serve({ set: { DATABASE_URL: database.url, LEDGER_INTERVAL: "0.1" } });
  expect(serving.stderr()).toContain("following the ledger's source only; LITELLM_PULSE_METRICS_URL is not set");

  await untilCounted(serving, 1);
  await addRow(database, { id: "b", at: at + 1000, spend: 0.25, model: "claude" });
  await untilCounted(serving, 2);
  const { body: aggregate } = await answer(serving, "/aggregate");
  expect(aggregate.data.map(({ model, total_cost }: Record<string, unknown>) => [model, total_cost])).toEqual([
    ["gpt", 0.5],
    ["claude", 0.25],
  ]);
  // A run's records can be asked for before the run itself has ended.
  const healthy = await until(
    "the first run has ended",
    async () => {
      const health = await answer(serving, "/health");
      return health.body.status !== "starting" && health;
    },
    PATIENCE_MS,
  );
  expect(healthy).toEqual({ status: 200, body: { status: "ok" } });

  await server.stop();
  const stale = await until(
    "following is stale",
    async () => {
      const health = await answer(serving, "/health");
      return health.status === 503 && health.body;
    },
    PATIENCE_MS,
  );
  expect(stale.status).toBe("stale");
  expect(stale.reason).toStartWith("The newest good run over the ledger's source is ");
  expect(JSON.stringify(stale)).not.toContain("top-secret-9");
  expect((await answer(serving, "/usage")).body.totals.total_requests).toBe(2);

  await server.start();
  await until(
    "the source can be read again",
    async () => (await answer(serving, "/health")).status === 200,
    PATIENCE_MS,
  );
  await addRow(database, { id: "c", at: at + 2000, spend: 1 });
  await untilCounted(serving, 3);
  const metrics = await (await fetch(`${serving.url}/metrics`)).text();
  expect(metrics).toContain("litellm_pulse_ledger_records_folded_total 3\n");
  expect(metrics).toMatch(/litellm_pulse_ledger_runs_total\{result="failed"\} [1-9]/);
  expect(metrics).toContain('litellm_pulse_scrapes_total{result="failed"} 0');
  serving.kill("SIGTERM");
  expect((await serving.finished).code).toBe(0);
});

test("POST /global/spend/refresh has the source read at once; without one there is nothing to do", async () => {
  await using database = await openDatabase({ schema: "schema.sql" });
  await using sandbox = openSandbox();
  const at = Date.now() - 600_000;
  await addRow(database, { id: "a", at, spend: 0.5 });
  // So seldom that only what is asked for comes within the test.
  const serving = await sandbox.serve({ set: { DATABASE_URL: database.url, LEDGER_INTERVAL: "3600" } });
  await untilCounted(serving, 1);
  for (const requests of [2, 3]) {
    await addRow(database, { id: `row ${requests}`, at: at + requests, spend: 0.25 });
    const refreshed = await fetch(`${serving.url}/global/spend/refresh`, { method: "POST" });
    expect(await refreshed.json()).toEqual({ message: "A run of the spend ledger was asked for", status: "success" });
    await untilCounted(serving, requests);
  }
  const spend = await answer(serving, "/global/spend");
  expect(spend).toEqual({ status: 200, body: { spend: 1, max_budget: 0 } });

  await using other = openSandbox();
  const imported = await other.run(["import", "-"], {
    stdin: JSON.stringify({ request_id: "x", startTime: new Date(at).toISOString(), model: "gpt", spend: 1 }),
  });
  expect(imported.code).toBe(0);
  const alone = await other.serve();
  const nothing = await fetch(`${alone.url}/global/spend/refresh`, { method: "POST" });
  expect([nothing.status, await nothing.json()]).toEqual([200, null]);
});
