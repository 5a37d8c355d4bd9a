import { describe, expect, test } from "bun:test";
import { MINUTE, openWorld, type World } from "../support/api.ts";

const ANSWER = "event: answer\ndata: {}\n\n";

/** Listens for events; `read` waits for the next chunk, undefined at the end. */
async function listen(world: World, init?: RequestInit) {
  const response = await world.get("/api/v1/events", init);
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  return {
    response,
    read: async () => {
      const { value } = (await reader?.read()) ?? {};
      return value === undefined ? undefined : decoder.decode(value);
    },
    leave: () => reader?.cancel(),
  };
}

describe("/api/v1/events", () => {
  test("tells at once that there is an answer, and again after each scrape", async () => {
    using world = openWorld();
    world.scrape();
    const { response, read } = await listen(world);
    expect(response.headers.get("Content-Type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await read()).toBe(ANSWER);
    const next = read();
    world.tick();
    world.pass(MINUTE);
    world.tick();
    expect(await next).toBe(ANSWER);
  });

  test("says every 15 seconds that it is still there", async () => {
    using world = openWorld();
    const { read } = await listen(world);
    await read();
    for (let second = 0; second < 15; second += 1) world.tick();
    expect(await read()).toBe(": still here\n\n");
  });

  test("looks at the numbers only while somebody listens", async () => {
    using world = openWorld();
    expect(world.tick()).toBe(0);
    const [first, second] = [await listen(world), await listen(world)];
    expect(world.tick()).toBe(1);
    await first.leave();
    expect(world.tick()).toBe(1);
    await second.leave();
    expect(world.tick()).toBe(0);
  });

  test("has room for 64 clients, and a place is free again when one leaves", async () => {
    using world = openWorld();
    const clients = await Promise.all(Array.from({ length: 64 }, () => listen(world)));
    const refused = await world.get("/api/v1/events");
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([503, "60"]);
    await clients[0]?.leave();
    expect((await listen(world)).response.status).toBe(200);
  });

  test("lets go of a client that takes nothing", async () => {
    using world = openWorld();
    await listen(world);
    for (let change = 0; change < 100; change += 1) {
      world.state.revision += 1;
      world.tick();
    }
    expect(world.tick()).toBe(0);
  });

  test("ends when the server is about to stop, and takes nobody after that", async () => {
    using world = openWorld();
    const { read } = await listen(world);
    await read();
    world.stop();
    expect(await read()).toBeUndefined();
    expect(world.tick()).toBe(0);
    expect((await world.get("/api/v1/events")).status).toBe(503);
  });

  test("HEAD opens no stream", async () => {
    using world = openWorld();
    expect((await world.get("/api/v1/events", { method: "HEAD" })).status).toBe(200);
    expect(world.tick()).toBe(0);
  });

  test("asks for the key", async () => {
    using world = openWorld({ apiKey: "secret" });
    expect((await world.get("/api/v1/events")).status).toBe(401);
    const { response } = await listen(world, { headers: { Authorization: "Bearer secret" } });
    expect(response.status).toBe(200);
  });
});
