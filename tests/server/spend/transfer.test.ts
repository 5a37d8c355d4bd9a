import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { MADE_UP_PEOPLE, madeUpRows, NOW } from "../../support/spend-rows-made-up.ts";
import { openSpendWorld, type SpendWorld } from "../../support/spend-world.ts";

const START_TIMEOUT_MS = 60_000;
const DATES = "start_date=2026-09-01&end_date=2026-11-21";

describe("how answers about spend travel", () => {
  let world: SpendWorld;
  beforeAll(async () => {
    world = await openSpendWorld(madeUpRows(1500), MADE_UP_PEOPLE, { now: NOW });
  }, START_TIMEOUT_MS);
  afterAll(() => world[Symbol.asyncDispose]());

  const ask = async (path: string, headers: Readonly<Record<string, string>> = {}, key = "sk-boss") =>
    world.api.request(path, { headers: { Authorization: `Bearer ${key}`, ...headers } });
  const unpacked = async (response: Response) => new TextDecoder().decode(Bun.gunzipSync(await response.arrayBuffer()));

  test.each([
    ["a sum that is kept", `/global/activity?${DATES}`],
    ["a report that is streamed", `/global/spend/report?${DATES}`],
    ["rows that are streamed", `/spend/logs?${DATES}&summarize=false`],
  ])("%s comes packed to whoever takes gzip, and is the same", async (_, path) => {
    const plain = await ask(path);
    expect(plain.headers.get("Content-Encoding")).toBeNull();
    const text = await plain.text();
    expect(text.length).toBeGreaterThan(1024);
    for (const time of ["first", "second"]) {
      const packed = await ask(path, { "Accept-Encoding": "br, gzip" });
      expect([time, packed.headers.get("Content-Encoding")]).toEqual([time, "gzip"]);
      expect(packed.headers.get("Vary")).toContain("Accept-Encoding");
      expect(await unpacked(packed)).toBe(text);
    }
    expect((await ask(path, { "Accept-Encoding": "gzip;q=0" })).headers.get("Content-Encoding")).toBeNull();
  });

  test.each([`/global/activity?${DATES}`, "/global/spend/keys", "/spend/keys", "/global/spend/teams"])(
    "%s has a tag, and whoever has it already gets 304 without a body",
    async (path) => {
      const etag = (await ask(path)).headers.get("ETag") ?? "";
      expect(etag).toStartWith('W/"');
      const again = await ask(path, { "If-None-Match": `"other", ${etag}` });
      expect([again.status, await again.text(), again.headers.get("ETag")]).toEqual([304, "", etag]);
      expect((await ask(path, { "If-None-Match": 'W/"other"' })).status).toBe(200);
    },
  );

  test("a tag belongs to an answer: another caller's numbers have another, and a caller without rights gets none", async () => {
    const path = `/global/activity?${DATES}`;
    const etag = (await ask(path)).headers.get("ETag") ?? "";
    const own = await ask(path, { "If-None-Match": etag }, "sk-made-a");
    expect(own.status).toBe(200);
    expect(own.headers.get("Cache-Control")).toBe("private, no-cache");
    expect(own.headers.get("Vary")).toContain("Authorization");
    const refused = await ask("/spend/keys", { "If-None-Match": "*" }, "sk-made-a");
    expect([refused.status, refused.headers.get("ETag")]).toEqual([403, null]);
  });

  test("a client that goes in the middle of a streamed answer ends its making", async () => {
    const response = await ask(`/spend/logs?${DATES}&summarize=false`, { "Accept-Encoding": "gzip" });
    const reader = response.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await reader?.cancel();
    expect((await ask("/global/spend")).status).toBe(200);
  });
});
