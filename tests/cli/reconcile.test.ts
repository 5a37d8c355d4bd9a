import { expect, test } from "bun:test";
import { runCli } from "./run-cli.ts";
import { spentWorld } from "./spent-world.ts";

/** Runs `reconcile` on the files of a world, on its clock. */
function reconcileOf(world: ReturnType<typeof spentWorld>, argv: readonly string[]) {
  return runCli(["reconcile", ...argv], { now: () => world.state.now, set: { DB_PATH: world.path } });
}

test("reconcile shows drift by day and model, and unpriced requests with what they should have cost", async () => {
  using world = spentWorld();
  const startTime = new Date(world.state.now - 60_000).toISOString();
  const row = { startTime, endTime: startTime, status: "success", prompt_tokens: 1_000_000, completion_tokens: 0 };
  const body = [
    { ...row, request_id: "1", model: "gpt-4o", custom_llm_provider: "openai", total_tokens: 1_000_000, spend: 0 },
    { ...row, request_id: "2", model: "gpt-4o", custom_llm_provider: "openai", total_tokens: 1_000_000, spend: 2.5 },
  ];
  const sent = await world.get("/ingest", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { Host: "localhost:8000" },
  });
  expect(sent.status).toBe(200);
  const json = await reconcileOf(world, ["--today", "--json"]);
  expect([json.code, json.err]).toEqual([0, ""]);
  const answer = JSON.parse(json.out);
  expect(answer.unpriced).toMatchObject([{ model: "gpt-4o", requests: 1, should_cost: 2.5 }]);
  const found = answer.rows.find(({ model }: { model: string }) => model === "gpt-4o");
  expect(found).toMatchObject({
    metrics: { requests: 0 },
    logs: { requests: 2, cost: 2.5 },
    drift: -2.5,
    drift_percent: -100,
  });
  const missing = answer.rows.filter(({ logs }: { logs: { requests: number } }) => logs.requests === 0);
  expect(missing.length).toBeGreaterThan(0);
  expect(new Set(missing.map(({ cause }: { cause: string }) => cause))).toEqual(new Set(["rows_missing"]));
  const text = await reconcileOf(world, ["--today"]);
  expect(text.out).toStartWith("DAY ");
  expect(text.out).toContain("rows are missing in the log");
  expect(text.out).toMatch(/gpt-4o +openai +1 +1,000,000 +0 +\$2\.50/);
});

test("reconcile ends with 5 where one side is missing, and with 2 on a bad period", async () => {
  using world = spentWorld();
  const none = await reconcileOf(world, []);
  expect([none.code, none.out]).toEqual([5, ""]);
  expect(none.err).toContain("There is no spend ledger at ");
  const bad = await reconcileOf(world, ["--last", "soon"]);
  expect([bad.code, bad.out]).toEqual([2, ""]);
});
