import { describe, expect, test } from "bun:test";
import { openWorld, type World } from "../support/api.ts";
import { fixtureText } from "../support/fixtures.ts";
import { AS_OF } from "../support/spend-api.ts";

const ROWS = fixtureText("spend-api/rows.jsonl");

/** Sends a body as LiteLLM's callback does. */
function ingest(world: World, body: string, headers: Readonly<Record<string, string>> = {}) {
  return world.get("/ingest", {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", Host: "localhost:8000", ...headers },
  });
}

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

describe("POST /ingest", () => {
  test("counts the records of each format of LiteLLM's callback once", async () => {
    using world = openWorld({ now: AS_OF });
    const list = fixtureText("spend/generic-api-json-array-1.json");
    expect(await (await ingest(world, list)).json()).toEqual({ accepted: 7, duplicates: 0, rejected: [] });
    expect(await (await ingest(world, list)).json()).toEqual({ accepted: 0, duplicates: 7, rejected: [] });
    const lines = fixtureText("spend/generic-api-ndjson-1.ndjson");
    const answer = await (await ingest(world, lines)).json();
    expect(answer.accepted + answer.duplicates).toBe(7);
    const single = await (await ingest(world, fixtureText("spend/generic-api-single-1.json"))).json();
    expect(single.accepted + single.duplicates).toBe(1);
    const { records } = await world.json("/aggregate");
    expect(records).toBeGreaterThan(0);
  });

  test("names what it rejects by its place, and counts the rest", async () => {
    using world = openWorld({ now: AS_OF });
    const [first = "", second = ""] = ROWS.split("\n");
    const body = `[${first}, {"request_id": "x"}, 5, ${second}]`;
    expect(await (await ingest(world, body)).json()).toEqual({
      accepted: 2,
      duplicates: 0,
      rejected: [
        { index: 1, reason: "startTime is missing, expected a time" },
        { index: 2, reason: "it is not a JSON object" },
      ],
    });
    const cut = await (await ingest(world, `${first}\n{"request_id":`)).json();
    expect(cut).toEqual({ accepted: 0, duplicates: 1, rejected: [{ index: 1, reason: "it is not JSON" }] });
  });

  test.each(["list", "text"])("tags nested without end, as a %s, are no tags and cost nothing else", async (form) => {
    using world = openWorld({ now: AS_OF });
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const tags = form === "list" ? deep : JSON.stringify(deep);
    // The last of two values under one name counts.
    const body = `${(ROWS.split("\n")[0] ?? "").replace(/\}\s*$/, "")},"request_tags":${tags}}`;
    expect(await (await ingest(world, body)).json()).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    expect(world.bugs).toEqual([]);
  });

  test.each(["", "hello", "5", '"text"', "null"])("%p is no body of records: 400", async (body) => {
    using world = openWorld();
    expect((await ingest(world, body)).status).toBe(400);
  });

  test("the body is judged, not what its Content-Type says", async () => {
    using world = openWorld({ now: AS_OF });
    const [line = ""] = ROWS.split("\n");
    const plain = await ingest(world, line, { "Content-Type": "text/plain" });
    expect([plain.status, await plain.json()]).toEqual([200, { accepted: 1, duplicates: 0, rejected: [] }]);
    const form = await ingest(world, `a=${encodeURIComponent(line)}`, {
      "Content-Type": "application/x-www-form-urlencoded",
    });
    expect([form.status, await form.json()]).toEqual([
      400,
      { error: "The body is not JSON, expected a list of records, one record, or a record a line" },
    ]);
  });

  test.each([
    [{ spend: -1 }, "spend is -1, expected an amount from 0"],
    [{ spend: "NaN" }, 'spend is "NaN", expected an amount from 0'],
    [{ total_tokens: 1.5 }, "total_tokens is 1.5, expected a whole number from 0"],
    [{ startTime: null }, "startTime is null, expected a time"],
    [{ spend: 1e300 }, "spend is 1e+300, expected no more than 1,000,000,000,000"],
    [{ model: ["m"] }, "model is a list, expected a text"],
  ])("a record with %j is rejected with its reason", async (change, reason) => {
    using world = openWorld({ now: AS_OF });
    const row = { ...JSON.parse(ROWS.split("\n")[0] ?? ""), ...change };
    expect(await (await ingest(world, JSON.stringify([row]))).json()).toEqual({
      accepted: 0,
      duplicates: 0,
      rejected: [{ index: 0, reason }],
    });
  });

  test("records with the most that one may have leave sums that every answer can tell", async () => {
    using world = openWorld({ now: AS_OF });
    const row = { ...JSON.parse(ROWS.split("\n")[0] ?? ""), spend: 1e12, total_tokens: 1e12, prompt_tokens: 1e12 };
    const rows = Array.from({ length: 2000 }, (_, i) => ({ ...row, request_id: `most-${i}` }));
    expect(await (await ingest(world, JSON.stringify(rows))).json()).toMatchObject({ accepted: 2000 });
    expect((await world.json("/usage")).totals).toMatchObject({ total_requests: 2000, total_tokens: 2e15 });
    expect((await world.json("/aggregate")).data).toMatchObject([{ total_cost: 2e15 }]);
    const metrics = await (await world.get("/metrics", { headers: { Host: "localhost" } })).text();
    expect(metrics).toMatch(/^litellm_pulse_ledger_spend_usd_total\{.*\} 2000000000000000$/m);
  });

  test("a body over the limit is 413, and other methods are 405", async () => {
    using world = openWorld();
    const large = await ingest(world, "[]", { "Content-Length": String(65 * 1024 * 1024) });
    expect(large.status).toBe(413);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1 << 20;
        controller.enqueue(new Uint8Array(1 << 20).fill(32));
      },
    });
    const streamed = await world.get("/ingest", { method: "POST", body: endless, headers: { Host: "localhost:8000" } });
    expect([streamed.status, sent < 80 << 20]).toEqual([413, true]);
    const read = await world.get("/ingest");
    expect([read.status, read.headers.get("Allow")]).toEqual([405, "POST, OPTIONS"]);
    const asked = await world.get("/ingest", { method: "OPTIONS" });
    expect([asked.status, asked.headers.get("Allow")]).toEqual([204, "POST, OPTIONS"]);
  });

  test("takes either key where there is one, and only this machine where there is none", async () => {
    using open = openWorld({ isLoopbackOnly: false });
    expect((await ingest(open, ROWS)).status).toBe(401);
    using proxied = openWorld();
    expect((await ingest(proxied, ROWS, { "X-Forwarded-For": "192.0.2.1" })).status).toBe(401);
    using guarded = openWorld({ isLoopbackOnly: false, apiKey: "main", ingestKey: "in" });
    expect((await ingest(guarded, ROWS)).status).toBe(401);
    expect((await ingest(guarded, ROWS, bearer("wrong"))).status).toBe(401);
    expect((await ingest(guarded, ROWS, bearer("in"))).status).toBe(200);
    expect((await ingest(guarded, ROWS, bearer("main"))).status).toBe(200);
    expect((await guarded.get("/usage", { headers: bearer("in") })).status).toBe(401);
    expect((await guarded.get("/usage", { headers: bearer("main") })).status).toBe(200);
  });
});

describe("GET /usage and /aggregate", () => {
  test("are 401 off loopback without a key, and 404 with what to do where nothing was ever counted", async () => {
    using open = openWorld({ isLoopbackOnly: false });
    using local = openWorld();
    for (const path of ["/usage", "/aggregate"]) {
      expect((await open.get(path)).status).toBe(401);
      const none = await local.get(path);
      expect(none.status).toBe(404);
      expect(await none.json()).toMatchObject({ hint: expect.stringContaining("litellm-pulse import") });
    }
  });

  test("answer at once from what was just taken in", async () => {
    using world = openWorld({ now: AS_OF });
    const [first = "", ...others] = ROWS.trim().split("\n");
    await ingest(world, first);
    expect((await world.json("/usage")).totals.total_requests).toBe(1);
    await ingest(world, others.join("\n"));
    expect((await world.json("/usage")).totals).toMatchObject({ total_requests: 12, unique_users: 2 });
    expect((await world.json("/aggregate")).records).toBe(5);
  });

  test("a window holds whole days, and says where it was rounded", async () => {
    using world = openWorld({ now: AS_OF });
    await ingest(world, ROWS);
    const days = await world.json("/usage?start=2026-11-09&end=2026-11-10");
    expect(days.totals).toMatchObject({ total_requests: 4, total_tokens: 5100 });
    expect(days.window).toEqual({
      start: "2026-11-09T00:00:00+00:00",
      end: "2026-11-11T00:00:00+00:00",
      is_rounded: false,
    });
    expect(days.daily.map(({ date }: { date: string }) => date)).toEqual(["2026-11-10", "2026-11-09"]);
    const cut = await world.json("/usage?start=2026-11-20T12:00:00Z");
    expect(cut.totals.total_requests).toBe(3);
    expect(cut.window.is_rounded).toBe(true);
    expect((await world.get("/usage?start=soon")).status).toBe(400);
    expect((await world.get("/usage?start=2026-11-10&start=2026-11-11")).status).toBe(400);
    const other = await world.get("/usage?since=2026-11-09");
    expect([other.status, await other.json()]).toEqual([
      400,
      { error: 'Unknown parameter "since"', available: ["start", "end"] },
    ]);
    expect((await world.get("/usage?start=2026-11-10&end=2026-11-09")).status).toBe(400);
  });
});
