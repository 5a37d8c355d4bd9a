import { expect, test } from "bun:test";
import { schemaProblem } from "../../lib/query/check-schema.ts";
import { usageSchema } from "../../lib/query/usage/usage-schema.ts";
import { runCli } from "../cli/run-cli.ts";
import { HOUR, openWorld, type World } from "../support/api.ts";
import { fixtureText } from "../support/fixtures.ts";
import { AS_OF } from "../support/spend-api.ts";

const LOCAL = { Host: "localhost:8000" };

async function filled(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = openWorld({ now: AS_OF, inFile: true, ...options });
  const body = fixtureText("spend-api/rows.jsonl");
  expect((await world.get("/ingest", { method: "POST", body, headers: LOCAL })).status).toBe(200);
  return world;
}

const QUESTIONS: readonly (readonly [flags: readonly string[], query: string])[] = [
  [["--today"], "period=today"],
  [["--month", "--by", "tag"], "period=month&by=tag"],
  [["--source", "ledger", "--week", "--by", "user,end_user"], "source=ledger&period=week&by=user,end_user"],
  [["--since", "2026-11-09", "--by", "status,hour", "--top", "3"], "since=2026-11-09&by=status,hour&top=3"],
];

test.each(QUESTIONS)("report %p gives the bytes of /api/v1/usage?%s, which keep the schema", async (flags, query) => {
  using world = await filled();
  const response = await world.get(`/api/v1/usage?${query}`, { headers: LOCAL });
  const text = await response.text();
  const answer: unknown = JSON.parse(text);
  expect(schemaProblem(answer, usageSchema(), true)).toBeUndefined();
  expect(answer).toMatchObject({ source: "ledger" });
  const ran = await runCli(["report", "--json", ...flags], { now: () => AS_OF, set: { DB_PATH: world.path } });
  expect([ran.code, ran.out, ran.err]).toEqual([0, text, ""]);
});

test("a last hour that began after the newest record is empty, and exit code 5", async () => {
  using world = await filled();
  const ask = async () => world.json("/api/v1/usage?last=1h&source=ledger", { headers: LOCAL });
  const newest = Date.parse((await ask()).period.to);
  world.state.now = newest + 2 * HOUR;
  const { coverage, total } = await ask();
  expect([coverage.from, total.requests, total.cost]).toEqual([null, 0, 0]);
  const flags = ["--last", "1h", "--source", "ledger"];
  const ran = await runCli(["report", ...flags], { now: () => world.state.now, set: { DB_PATH: world.path } });
  expect(ran.code).toBe(5);
  expect(ran.err).toContain("There is no record in the spend ledger since ");
});

test("a combination that no rollup holds is 400 and exit code 2 with what there is", async () => {
  using world = await filled();
  const response = await world.get("/api/v1/usage?by=tag,key", { headers: LOCAL });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: "The spend ledger does not hold tag with key: one of its rollups has to have all of them",
    available: expect.arrayContaining(["tag, day"]),
  });
  const ran = await runCli(["report", "--by", "tag,key"], { now: () => AS_OF, set: { DB_PATH: world.path } });
  expect(ran.code).toBe(2);
  expect((await world.get("/api/v1/usage?by=tag&source=metrics", { headers: LOCAL })).status).toBe(400);
});

test("the metrics answer where they are asked, where the ledger does not cover the window, and who may not see it", async () => {
  using world = await filled();
  world.scrape();
  const sourceOf = async (query: string) => (await world.json(`/api/v1/usage?${query}`, { headers: LOCAL })).source;
  expect(await sourceOf("period=today")).toBe("ledger");
  expect(await sourceOf("period=today&source=metrics")).toBeUndefined();
  expect(await sourceOf("since=2026-01-01")).toBeUndefined();
  expect(await sourceOf("since=2026-01-01&source=ledger")).toBe("ledger");
  using open = await filled({ isLoopbackOnly: false, apiKey: undefined, ingestKey: undefined }).catch(() =>
    openWorld(),
  );
  const stranger = { Host: "pulse.example" };
  expect((await open.get("/api/v1/usage?source=ledger", { headers: stranger })).status).toBe(401);
  expect((await open.get("/api/v1/usage?by=status", { headers: stranger })).status).toBe(401);
  expect((await open.get("/api/v1/usage", { headers: stranger })).status).toBe(200);
});

test("where there is no ledger, asking for it is 404 and exit code 5, and everything else is as before", async () => {
  using world = openWorld({ now: AS_OF, inFile: true });
  world.scrape();
  expect((await world.get("/api/v1/usage?source=ledger", { headers: LOCAL })).status).toBe(404);
  expect((await world.json("/api/v1/usage", { headers: LOCAL })).source).toBeUndefined();
  const ran = await runCli(["report", "--by", "tag"], { now: () => AS_OF, set: { DB_PATH: world.path } });
  expect([ran.code, ran.out]).toEqual([5, ""]);
  expect(ran.err).toContain("run litellm-pulse sync or import first");
});
