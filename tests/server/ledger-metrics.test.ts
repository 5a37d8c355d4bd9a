import { expect, test } from "bun:test";
import { newFollowState } from "../../lib/query/health/follow-health.ts";
import { openWorld, type World } from "../support/api.ts";
import { fixtureText } from "../support/fixtures.ts";
import { AS_OF } from "../support/spend-api.ts";

const ROWS = fixtureText("spend-api/rows.jsonl");
const LOCAL = { Host: "localhost:8000" };

async function fill(world: World): Promise<void> {
  const sent = await world.get("/ingest", { method: "POST", body: ROWS, headers: LOCAL });
  expect(sent.status).toBe(200);
}

/** The samples of our own page that are about the ledger, as they stand there. */
async function ledgerLines(world: World): Promise<string[]> {
  const text = await (await world.get("/metrics", { headers: LOCAL })).text();
  return text.split("\n").filter((line) => line.startsWith("litellm_pulse_ledger_"));
}

test("our own metrics show the ledger's spend by provider and model as /aggregate has it", async () => {
  using world = openWorld({ now: AS_OF });
  expect(await ledgerLines(world)).toEqual([]);
  await fill(world);
  const lines = await ledgerLines(world);
  const { data } = await world.json("/aggregate");
  expect(data.length).toBeGreaterThan(2);
  for (const { provider, model, total_cost } of data) {
    expect(lines).toContain(
      `litellm_pulse_ledger_spend_usd_total{provider="${provider}",model="${model}"} ${total_cost}`,
    );
  }
});

test("our own metrics say how many records came, came twice and how old the newest is", async () => {
  using world = openWorld({ now: AS_OF });
  await fill(world);
  await fill(world);
  const lines = new Map((await ledgerLines(world)).map((line) => line.split(" ") as [string, string]));
  const value = (name: string) => Number(lines.get(`litellm_pulse_ledger_${name}`));
  expect([value("records_folded_total"), value("records_duplicate_total")]).toEqual([12, 12]);
  expect(value("last_fold_timestamp_seconds")).toBe(AS_OF / 1000);
  expect(value("newest_record_timestamp_seconds") + value("lag_seconds")).toBe(AS_OF / 1000);
  expect(value("fold_duration_seconds")).toBeGreaterThan(0);
  world.state.now += 60_000;
  const later = await ledgerLines(world);
  expect(later).toContain(`litellm_pulse_ledger_lag_seconds ${value("lag_seconds") + 60}`);
});

test("our own metrics say how following goes", async () => {
  using world = openWorld({ now: AS_OF });
  world.state.following = {
    ...newFollowState(30_000),
    ...{ goodRuns: 7, failedRuns: 2, lateRecords: 3, lastRunMs: 250 },
  };
  const lines = await ledgerLines(world);
  expect(lines).toContain("litellm_pulse_ledger_records_late_total 3");
  expect(lines).toContain('litellm_pulse_ledger_runs_total{result="good"} 7');
  expect(lines).toContain('litellm_pulse_ledger_runs_total{result="failed"} 2');
  expect(lines).toContain("litellm_pulse_ledger_fold_duration_seconds 0.25");
});

test("who may not see the ledger sees nothing of it in our own metrics", async () => {
  using world = openWorld({ now: AS_OF, isLoopbackOnly: false, ingestKey: "in" });
  const sent = await world.get("/ingest", { method: "POST", body: ROWS, headers: { Authorization: "Bearer in" } });
  expect(sent.status).toBe(200);
  const text = await (await world.get("/metrics")).text();
  expect([text.includes("litellm_pulse_build_info"), text.includes("_ledger_")]).toEqual([true, false]);
});

test("/health judges what is configured: scraping, following, or both", async () => {
  using ledgerOnly = openWorld({ now: AS_OF, isScraping: false });
  ledgerOnly.state.following = newFollowState(30_000);
  expect(await ledgerOnly.json("/health")).toEqual({
    status: "starting",
    reason: "No good run over the ledger's source yet",
  });
  ledgerOnly.state.following = { ...newFollowState(30_000), lastGoodAt: AS_OF, lastRunMs: 5 };
  expect(await ledgerOnly.json("/health")).toEqual({ status: "ok" });
  using both = openWorld({ now: AS_OF });
  both.state.following = ledgerOnly.state.following;
  expect(await both.json("/health")).toEqual({ status: "starting", reason: "No good scrape yet" });
  both.scrape();
  expect((await both.get("/health")).status).toBe(200);
  both.state.following = { ...both.state.following, error: "The source is away", lastGoodAt: AS_OF - 600_000 };
  expect(await both.json("/health")).toEqual({
    status: "stale",
    reason: "The newest good run over the ledger's source is 600 s old: The source is away",
  });
});
