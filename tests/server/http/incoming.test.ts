import { describe, expect, test } from "bun:test";
import { createApp } from "../../../lib/server/app.ts";
import { listen } from "../../../lib/server/http/listen.ts";
import { MINUTE, openWorld, type WorldOptions } from "../../support/api.ts";
import { ask, exchange, parseAnswers } from "../../support/raw-client.ts";

const PATHS = [
  "/",
  "/api/v1/metrics",
  "/api/v1/metrics/cost",
  "/api/v1/models",
  "/api/v1/history",
  "/api/v1/usage",
  "/raw",
  "/metrics",
  "/health",
  "/health/live",
];
const ERRORS = ["/nope", "/api/v1/metrics/nope", "/api/v1/usage?by=nope"];
const PEOPLE = "/api/v1/usage?by=key";
const END = "Connection: close\r\n\r\n";

/** The API over a scraped world, on a port of 127.0.0.1. */
function openServer(options: WorldOptions = {}) {
  const world = openWorld(options);
  world.scrape();
  world.send({ spend: 1 });
  world.pass(MINUTE);
  const server = listen(createApp(world.deps), "127.0.0.1", 0);
  if (server.kind === "failed") throw new Error(server.message);
  return {
    world,
    port: Number(new URL(server.url).port),
    async [Symbol.asyncDispose]() {
      await server.stop(0);
      world[Symbol.dispose]();
    },
  };
}

describe("HEAD over a socket", () => {
  test.each([...PATHS, ...ERRORS])("of %s has the headers of GET, Content-Length too, and no body", async (path) => {
    await using server = openServer();
    for (const more of ["", "Accept-Encoding: gzip\r\n", "Host: a b\r\n"]) {
      const host = more.startsWith("Host") ? "" : "Host: localhost\r\n";
      const request = `${path} HTTP/1.1\r\n${host}${more}${END}`;
      const [get, head] = [await ask(server.port, `GET ${request}`), await ask(server.port, `HEAD ${request}`)];
      expect(Number(get.headers.get("content-length"))).toBe(get.body.length);
      const constant = (headers: ReadonlyMap<string, string>) =>
        [...headers].filter(([name]) => name !== "date").toSorted();
      expect([head.status, constant(head.headers)]).toEqual([get.status, constant(get.headers)]);
      expect([head.headers.has("date"), get.headers.has("date")]).toEqual([true, true]);
      expect(head.body).toBe("");
    }
  });

  test("knows If-None-Match", async () => {
    await using server = openServer();
    const { headers } = await ask(server.port, `HEAD / HTTP/1.1\r\nHost: localhost\r\n${END}`);
    const match = `If-None-Match: ${headers.get("etag")}\r\n`;
    const again = await ask(server.port, `HEAD / HTTP/1.1\r\nHost: localhost\r\n${match}${END}`);
    expect([again.status, again.body, again.headers.get("etag")]).toEqual([304, "", headers.get("etag")]);
  });

  test("asks for the key, and is answered with it", async () => {
    await using server = openServer({ apiKey: "sesame" });
    const request = "HEAD /raw HTTP/1.1\r\nHost: x\r\n";
    expect((await ask(server.port, request + END)).status).toBe(401);
    expect((await ask(server.port, `${request}Authorization: Bearer sesame\r\n${END}`)).status).toBe(200);
  });

  test("sees people where GET does, and nowhere else", async () => {
    await using server = openServer();
    const statusOf = async (lines: string) =>
      (await ask(server.port, `HEAD ${PEOPLE} HTTP/1.1\r\n${lines}${END}`)).status;
    expect(await statusOf("Host: localhost\r\n")).toBe(200);
    expect(await statusOf("Host: evil.example\r\n")).toBe(401);
    expect(await statusOf("Host: localhost\r\nOrigin: https://evil.example\r\n")).toBe(401);
    expect(await statusOf("Host: localhost\r\nX-Forwarded-For: 10.0.0.1\r\n")).toBe(401);
  });
});

describe("a request without Host, as HTTP/1.0 may send it,", () => {
  test.each([...PATHS, ...ERRORS])("for %s is answered as any other", async (path) => {
    await using server = openServer();
    const { status, body } = await ask(server.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${END}`);
    const bare = await ask(server.port, `GET ${path} HTTP/1.0\r\n\r\n`);
    expect([bare.status, bare.body]).toEqual([status, body]);
    const empty = await ask(server.port, `GET ${path} HTTP/1.1\r\nHost:\r\n${END}`);
    expect([empty.status, empty.body]).toEqual([status, body]);
  });

  test("asks for the key all the same", async () => {
    await using server = openServer({ apiKey: "sesame" });
    for (const path of ["/raw", "/health/../raw", "//raw", "/health/live/%2e%2e/%2e%2e/raw"]) {
      expect((await ask(server.port, `GET ${path} HTTP/1.0\r\n\r\n`)).status).toBe(401);
    }
    expect((await ask(server.port, "GET /raw HTTP/1.0\r\nAuthorization: Bearer sesame\r\n\r\n")).status).toBe(200);
  });

  test("sees no people, as nothing says that it is local", async () => {
    await using server = openServer();
    for (const head of [`GET ${PEOPLE} HTTP/1.0\r\n\r\n`, `GET ${PEOPLE} HTTP/1.1\r\nHost:\r\n${END}`]) {
      expect((await ask(server.port, head)).status).toBe(401);
    }
    expect((await ask(server.port, `GET ${PEOPLE} HTTP/1.0\r\nHost: localhost\r\n\r\n`)).status).toBe(200);
  });

  test("that would change something is refused as any other", async () => {
    await using server = openServer();
    const post = await ask(server.port, "POST /raw HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    const options = await ask(server.port, "OPTIONS /raw HTTP/1.0\r\n\r\n");
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
  });
});

test("several Hosts are 400, even where each of them is right", async () => {
  await using server = openServer();
  for (const second of ["localhost", "evil.example", ""]) {
    const lines = `Host: localhost\r\nHost: ${second}\r\n`;
    const { status, body } = await ask(server.port, `GET ${PEOPLE} HTTP/1.1\r\n${lines}${END}`);
    expect([status, JSON.parse(body)]).toEqual([
      400,
      { error: `Host is "localhost, ${second}", expected one host name or address` },
    ]);
  }
});

test("pipelined requests are answered in their order, each as if it were alone", async () => {
  await using server = openServer();
  const paths = Array.from({ length: 200 }, (_, index) => [...PATHS, ...ERRORS][index % 13] ?? "/");
  const alone = new Map<string, string>();
  for (const path of new Set(paths)) {
    alone.set(path, (await ask(server.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${END}`)).body);
  }
  const last = paths.length - 1;
  const requests = paths.map(
    (path, index) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${index < last ? "\r\n" : END}`,
  );
  const answers = parseAnswers(await exchange(server.port, [requests.join("")]));
  expect(answers.map(({ body }) => body)).toEqual(paths.map((path) => alone.get(path) ?? ""));
});

test("HEAD of the events takes no place among those who listen", async () => {
  await using server = openServer();
  for (let client = 0; client < 70; client += 1) {
    const { status, body } = await ask(server.port, `HEAD /api/v1/events HTTP/1.1\r\nHost: localhost\r\n${END}`);
    expect([status, body]).toEqual([200, ""]);
  }
  const listening = await fetch(`http://127.0.0.1:${server.port}/api/v1/events`);
  expect(listening.status).toBe(200);
  await listening.body?.cancel();
});
