import { describe, expect, test } from "bun:test";
import { openWorld } from "../support/api.ts";

const KEY = "correct horse";
const PEOPLE = [
  "/api/v1/usage?by=team",
  "/api/v1/usage?by=model,key",
  "/api/v1/usage?by=user",
  "/api/v1/usage?by=end_user,day",
  "/api/v1/usage?key=alice-laptop",
  "/api/v1/usage?team=Family&by=model",
  "/api/v1/usage?user=bob",
  "/api/v1/usage?end_user=zo%C3%AB",
];
const NOBODY = [
  "/",
  "/api/v1/metrics",
  "/api/v1/metrics/cost",
  "/api/v1/models",
  "/api/v1/history",
  "/raw",
  "/api/v1/usage",
  "/api/v1/usage?by=model,model_group,provider,day,hour&model=x&model_group=y&provider=z&team=",
];

const bearer = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } });

describe("with a key", () => {
  test.each([...NOBODY, ...PEOPLE, "/nope"])("%s asks for it", async (path) => {
    using world = openWorld({ apiKey: KEY });
    const response = await world.get(path);
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toBe('Bearer realm="litellm-pulse"');
    expect(await response.json()).toEqual({
      error: "This API asks for a key",
      hint: 'Send "Authorization: Bearer <LITELLM_PULSE_API_KEY>"',
    });
  });

  test.each([...NOBODY, ...PEOPLE])("%s is answered to who has it, from wherever", async (path) => {
    using world = openWorld({ apiKey: KEY, isLoopbackOnly: false });
    const headers = { Authorization: `Bearer ${KEY}`, Host: "pulse.example.org", "X-Forwarded-For": "203.0.113.9" };
    expect((await world.get(path, { headers })).status).toBe(200);
  });

  test.each([
    "correct horsf",
    "correct hors",
    "correct horse battery staple",
    "Correct horse",
    "c",
    "x".repeat(20_000),
    "schlüssel",
  ])("%p is refused, and neither key is in the answer", async (key) => {
    using world = openWorld({ apiKey: KEY });
    const response = await world.get("/", bearer(encodeURI(key).replaceAll("%20", " ")));
    expect(response.status).toBe(401);
    const text = JSON.stringify([...response.headers]) + (await response.text());
    expect(text).not.toContain(KEY);
    expect(text).not.toContain(key.length > 1 ? key : KEY);
  });

  test.each(["Basic Y29ycmVjdCBob3JzZQ==", KEY, "Bearer", "Bearer ", "Bearer\tcorrect horse", "Token correct horse"])(
    "Authorization: %p is refused",
    async (header) => {
      using world = openWorld({ apiKey: KEY });
      expect((await world.get("/", { headers: { Authorization: header } })).status).toBe(401);
    },
  );

  test.each(["Bearer correct horse", "bearer correct horse", "BEARER   correct horse "])(
    "Authorization: %p is taken",
    async (header) => {
      using world = openWorld({ apiKey: KEY });
      expect((await world.get("/", { headers: { Authorization: header } })).status).toBe(200);
    },
  );

  test("no key in the address or a cookie is taken", async () => {
    using world = openWorld({ apiKey: KEY });
    const address = `/?key=${KEY}&api_key=${KEY}&token=${KEY}`;
    expect((await world.get(address, { headers: { Cookie: `key=${KEY}` } })).status).toBe(401);
  });

  test("loopback alone opens nothing", async () => {
    using world = openWorld({ apiKey: KEY, isLoopbackOnly: true });
    expect((await world.get(PEOPLE[0] ?? "")).status).toBe(401);
  });
});

describe("without a key, off loopback", () => {
  test.each(NOBODY)("%s is open", async (path) => {
    using world = openWorld({ isLoopbackOnly: false });
    expect((await world.get(path, { headers: { Host: "pulse.example.org" } })).status).toBe(200);
  });

  test.each(PEOPLE)("%s names people and is refused with the settings to set", async (path) => {
    using world = openWorld({ isLoopbackOnly: false });
    const response = await world.get(path);
    expect(response.status).toBe(401);
    const { error, hint } = await response.json();
    expect(error).toBe("This answer names people");
    expect(hint).toContain("LITELLM_PULSE_API_KEY");
    expect(hint).toContain("LITELLM_PULSE_HOST");
  });

  test("a key that nobody configured opens nothing", async () => {
    using world = openWorld({ isLoopbackOnly: false });
    expect((await world.get(PEOPLE[0] ?? "", bearer("undefined"))).status).toBe(401);
  });
});

describe("without a key, on loopback only", () => {
  test.each([...NOBODY, ...PEOPLE])("%s is answered to this machine", async (path) => {
    using world = openWorld();
    expect((await world.get(path, { headers: { Host: "127.0.0.1:8000" } })).status).toBe(200);
  });

  test.each(
    [
      { Host: "localhost" },
      { Host: "LOCALHOST:8000" },
      { Host: "[::1]:8000" },
      { Host: "127.1.2.3" },
      { Host: "127.1:8000" },
      { Host: "localhost.:8000" },
      { Host: "localhost:8000", Origin: "http://localhost:3000" },
      { Host: "localhost:8000", Origin: "https://127.0.0.1" },
    ].map((headers) => [JSON.stringify(headers), headers] as const),
  )("a request with %s is this machine's", async (_, headers) => {
    using world = openWorld();
    expect((await world.get("/api/v1/usage?by=team", { headers })).status).toBe(200);
  });

  test.each(
    [
      { Host: "pulse.example.org" },
      { Host: "192.168.1.7:8000" },
      { Host: "localhost.example.org" },
      { Host: "127.0.0.1.example.org" },
      { Host: "1127.0.0.1" },
      { Host: "[::2]" },
      { Host: "127.0.0.1.nip.io" },
      { Host: "localhost.localdomain" },
      { Host: "127" },
      { Host: "0.0.0.0:8000" },
      { Host: "" },
      { Host: "localhost", Origin: "https://evil.example.org" },
      { Host: "localhost", Origin: "null" },
      { Host: "localhost", Origin: "http://localhost.evil.example.org" },
      { Host: "localhost", Origin: "http://evil.example.org/http://localhost" },
      { Host: "localhost", "X-Forwarded-For": "203.0.113.9" },
      { Host: "localhost", "x-forwarded-host": "localhost" },
      { Host: "localhost", "X-Forwarded-Proto": "https" },
      { Host: "localhost", "X-Real-IP": "127.0.0.1" },
      { Host: "localhost", Via: "1.1 proxy" },
      { Host: "localhost", Forwarded: "for=127.0.0.1" },
    ].map((headers) => [JSON.stringify(headers), headers] as const),
  )("a request with %s is not, and sees no people", async (_, headers) => {
    using world = openWorld();
    expect((await world.get("/api/v1/usage?by=team", { headers })).status).toBe(401);
    expect((await world.get("/api/v1/usage?by=model", { headers })).status).toBe(200);
  });
});

describe("a Host", () => {
  test.each([
    "localhost:8000:8000",
    "localhost, localhost",
    "localhost,",
    "evil@localhost",
    "localhost/",
    "local host",
    "localhost:http",
    "[::1",
    "[",
    "<script>",
    "m\u00fcnchen",
  ])("%p is 400, of whatever path and with whatever key", async (host) => {
    using world = openWorld({ apiKey: KEY });
    for (const path of ["/", "/health", "/nope"]) {
      const response = await world.get(path, { headers: { Host: host, Authorization: `Bearer ${KEY}` } });
      expect([response.status, await response.json()]).toEqual([
        400,
        { error: `Host is "${host}", expected one host name or address` },
      ]);
    }
  });

  test.each(["pulse", "pulse.example.org.", "a_b:8000", "10.0.0.7:", "[fe80::1]:8000", "xn--mnchen-3ya", "%6d", ""])(
    "%p is taken",
    async (host) => {
      using world = openWorld();
      expect((await world.get("/health/live", { headers: { Host: host } })).status).toBe(200);
    },
  );
});

test("an answer that was made for who may see it is not given to who may not", async () => {
  using world = openWorld();
  const question = "/api/v1/usage?by=team";
  const etag = (await world.get(question)).headers.get("ETag") ?? "";
  const headers = { Host: "evil.example.org", "If-None-Match": etag };
  expect((await world.get(question, { headers })).status).toBe(401);
});
