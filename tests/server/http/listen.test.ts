import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { isLoopbackAddress, listen } from "../../../lib/server/http/listen.ts";

function listening(app: Hono, host = "127.0.0.1") {
  const result = listen(app, host, 0);
  if (result.kind === "failed") throw new Error(result.message);
  return result;
}

test("port 0 takes a free one, and the URL says which", async () => {
  const server = listening(new Hono().get("/", (context) => context.text("hello")));
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  expect(await (await fetch(server.url)).text()).toBe("hello");
  await server.stop(1000);
  expect(fetch(server.url)).rejects.toThrow();
});

test("an IPv6 address stands in brackets", async () => {
  const server = listening(new Hono(), "::1");
  expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  await server.stop(0);
});

describe("a stop", () => {
  test("lets a running request end", async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const app = new Hono().get("/", async (context) => {
      arrive();
      await released;
      return context.text("whole");
    });
    const server = listening(app);
    const answer = fetch(server.url).then((response) => response.text());
    await arrived;
    const stopped = server.stop(60_000);
    release();
    expect(await answer).toBe("whole");
    await stopped;
  });

  test("ends one that hangs after its grace", async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const server = listening(
      new Hono().get("/", () => {
        arrive();
        return new Promise<Response>(() => {});
      }),
    );
    const answer = fetch(server.url).then(
      () => "answered",
      () => "ended",
    );
    await arrived;
    await server.stop(1);
    expect(await answer).toBe("ended");
  });
});

describe("what cannot be listened on is a value that names the setting", () => {
  test("a port that is taken", async () => {
    const server = listening(new Hono());
    const { port } = new URL(server.url);
    expect(listen(new Hono(), "127.0.0.1", Number(port))).toEqual({
      kind: "failed",
      message: `Cannot listen on 127.0.0.1 port ${port}: it is taken, set LITELLM_PULSE_PORT to another one`,
    });
    await server.stop(0);
  });

  test.each(["192.0.2.1", "no-such-host.invalid"])("the address %s", (host) => {
    const result = listen(new Hono(), host, 0);
    expect(result.kind).toBe("failed");
    expect(result).toMatchObject({
      message: expect.stringMatching(/^Cannot listen on .* port 0: .*LITELLM_PULSE_HOST/),
    });
  });
});

test.each([
  ["127.0.0.1", true],
  ["127.8.9.10", true],
  ["localhost", true],
  ["LOCALHOST", true],
  ["::1", true],
  ["0.0.0.0", false],
  ["::", false],
  ["192.168.1.7", false],
  ["127.0.0.1.example.org", false],
  ["localhost.example.org", false],
  ["", false],
])("%p is loopback: %p", (host, is) => expect(isLoopbackAddress(host)).toBe(is));
