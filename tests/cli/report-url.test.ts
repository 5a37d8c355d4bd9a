import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createApp } from "../../lib/server/app.ts";
import { openWorld, type World } from "../support/api.ts";
import { LOCAL_CERTIFICATE, TEST_KEY } from "../support/raw-server.ts";
import { type FakeOptions, runCli } from "./run-cli.ts";
import { report, spentWorld } from "./spent-world.ts";

type Server = { readonly url: string; stop(): Promise<void> };

function listen(fetch: (request: Request) => Response | Promise<Response>): Server {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

function serve(world: World): Server {
  const app = createApp(world.deps);
  return listen((request) => app.fetch(request));
}

const ask = (url: string, argv: readonly string[], options: FakeOptions = {}) =>
  runCli(["report", "--url", url, ...argv], { ...options, set: { DB_PATH: "/nowhere/at/all.db", ...options.set } });

describe("report --url", () => {
  let world: World;
  let server: Server;
  beforeAll(() => {
    world = spentWorld();
    server = serve(world);
  });
  afterAll(async () => {
    await server.stop();
    world[Symbol.dispose]();
  });
  const now = () => world.state.now;

  test.each([
    [[]],
    [["--json"]],
    [["--json", "--month", "--by", "hour,team", "--top", "2"]],
    [["--csv", "--week", "--by", "key"]],
    [["--html", "--yesterday"]],
    [["--oneline", "--last", "3h"]],
    [["--by", "day", "--week", "--key", "n8n", "open-webui"]],
    [["--json", "--timezone", "Asia/Kathmandu"]],
    [["--json", "--budget-daily", "5", "--budget-monthly", "7"]],
    [["--since", "2026-11-01", "--until", "2026-11-02"]],
  ])("%j is what the file says, byte for byte", async (flags) => {
    expect(await ask(server.url, flags, { now })).toEqual(await report(world, flags));
  });

  test("ends as the file does: limits, names that nobody has, words that are not known", async () => {
    for (const flags of [
      ["--fail-over", "0"],
      ["--key", "alice-labtop"],
      ["--by", "modle"],
      ["--budget-daily", "0"],
    ]) {
      const [file, url] = [await report(world, flags), await ask(server.url, flags, { now })];
      expect(url).toEqual(file);
      expect(url.code).toBeOneOf([2, 3]);
    }
  });

  test("takes the budget of the server, and its own before it", async () => {
    using rich = spentWorld({ budgets: { budgetDaily: 5, budgetWeekly: 0, budgetMonthly: undefined } });
    const other = serve(rich);
    const json = async (argv: string[]) => JSON.parse((await ask(other.url, ["--json", ...argv], { now })).out);
    expect((await json([])).budget).toMatchObject({ limit: 5 });
    expect((await json(["--budget-daily", "7"])).budget).toMatchObject({ limit: 7 });
    expect((await ask(other.url, ["--week", "--oneline"], { now })).code).toBe(3);
    await other.stop();
  });

  test("takes an address with a slash, with the path of the API, and below a path", async () => {
    const below = listen((request) => {
      const url = new URL(request.url);
      if (!url.pathname.startsWith("/pulse/api/")) return new Response("no", { status: 404 });
      return fetch(server.url + url.pathname.slice("/pulse".length) + url.search, { headers: request.headers });
    });
    for (const url of [
      `${server.url}/`,
      `${server.url}/api/v1`,
      `${server.url}/api/v1/usage?x=1`,
      `${below.url}/pulse`,
    ]) {
      const { code, out } = await ask(url, ["--oneline"], { now });
      expect([url, code, out]).toEqual([url, 0, (await report(world, ["--oneline"])).out]);
    }
    await below.stop();
  });

  test("shows what the server finds wrong", async () => {
    using sick = spentWorld();
    const other = serve(sick);
    sick.state.now += 3_600_000;
    const { code, out } = await ask(other.url, [], { now: () => sick.state.now });
    expect([code, out.includes("The newest good scrape is 3600 s old")]).toEqual([0, true]);
    await other.stop();
  });
});

describe("a key", () => {
  test("comes from LITELLM_PULSE_API_KEY, and without it the setting is named", async () => {
    using world = openWorld({ apiKey: "our secret key" });
    world.scrape();
    const server = serve(world);
    const options = { now: () => world.state.now };
    const right = await ask(server.url, ["--json"], { ...options, set: { API_KEY: "our secret key" } });
    expect(right).toMatchObject({ code: 0, err: "" });
    const none = await ask(server.url, ["--json"], options);
    expect(none).toEqual({
      code: 4,
      out: "",
      err: `litellm-pulse: ${server.url}/api/v1/usage refused with status 401 (This API asks for a key): set LITELLM_PULSE_API_KEY to the key of that server, which must have one\n`,
    });
    const wrong = await ask(server.url, [], { ...options, set: { API_KEY: "another secret" } });
    expect([wrong.code, wrong.err]).toEqual([
      4,
      `litellm-pulse: ${server.url}/api/v1/usage refused with status 401 (This API asks for a key): LITELLM_PULSE_API_KEY is not the key of that server\n`,
    ]);
    await server.stop();
  });

  test("and a password in the address are in no message", async () => {
    for (const status of [200, 401, 404, 500]) {
      const server = listen(() => new Response("no JSON", { status }));
      const url = server.url.replace("//", "//me:hunter22@");
      const { err } = await ask(url, [], { set: { API_KEY: "our secret key" } });
      expect(err).not.toContain("hunter22");
      expect(err).not.toContain("our secret key");
      await server.stop();
    }
  });
});

describe("an answer that is none", () => {
  test.each<[what: string, body: string, status: number, message: string]>([
    [
      "another program",
      "<h1>Hello</h1>",
      200,
      "gave an answer that is not JSON: expected the address of litellm-pulse serve",
    ],
    ["another program's JSON", "{}", 200, "gave an answer that cannot be read: the answer has no schema_version"],
    ["nothing there", "gone", 404, "answered with status 404: expected the address of litellm-pulse serve"],
    [
      "a server that would steer the terminal",
      '{"error":"\\u001b[2Jgone"}',
      500,
      "answered with status 500: \\u{1b}[2Jgone",
    ],
    [
      "a server in trouble",
      '{"error":"Cannot read the database: the disk is full"}',
      503,
      "answered with status 503: Cannot read the database: the disk is full",
    ],
  ])("is named: %s", async (_, body, status, message) => {
    const server = listen(() => new Response(body, { status }));
    const { code, out, err } = await ask(server.url, ["--json"]);
    expect([code, out]).toEqual([4, ""]);
    expect(err).toStartWith(`litellm-pulse: ${server.url}/api/v1/usage ${message}`);
    await server.stop();
  });

  test("over TLS needs an authority that is trusted", async () => {
    using world = spentWorld();
    const app = createApp(world.deps);
    await using server = Bun.serve({
      port: 0,
      hostname: "localhost",
      tls: { key: TEST_KEY, cert: LOCAL_CERTIFICATE },
      fetch: (request) => app.fetch(request),
    });
    const url = `https://localhost:${server.port}`;
    const options = { now: () => world.state.now };
    expect(await ask(url, ["--json"], options)).toEqual({
      code: 4,
      out: "",
      err: `litellm-pulse: GET ${url}/api/v1/usage failed: the certificate is self-signed: name the file with its authority's certificate in LITELLM_PULSE_CA_FILE\n`,
    });
    const trusting = { ...options, files: { "/ca.pem": LOCAL_CERTIFICATE }, set: { CA_FILE: "/ca.pem" } };
    expect(await ask(url, ["--json"], trusting)).toEqual(await report(world, ["--json"]));
    expect(await ask(url, ["--json"], { ...options, set: { CA_FILE: "/none.pem" } })).toMatchObject({
      code: 2,
      out: "",
    });
  });

  test("is named where nothing listens", async () => {
    const server = listen(() => new Response(""));
    await server.stop();
    const { code, err } = await ask(server.url, []);
    expect([code, err]).toEqual([
      4,
      `litellm-pulse: GET ${server.url}/api/v1/usage failed: the connection was refused, nothing listens there: check --url, and that litellm-pulse serve runs there\n`,
    ]);
  });

  test.each(["localhost:8000", "ftp://x", "x", "/tmp/pulse.db"])("%j is no address", async (url) => {
    const { code, err } = await ask(url, []);
    expect([code, err]).toEqual([
      2,
      "litellm-pulse: --url is not the address of a running serve, expected one such as http://localhost:8000\n",
    ]);
  });
});
