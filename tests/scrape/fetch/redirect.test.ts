import { describe, expect, test } from "bun:test";
import { failureText, LOCAL_CERTIFICATE, scrape, TEST_KEY } from "../../support/raw-server.ts";

const PAGE = "a_total 1.0\n";
const KEY = "sk-never-shown";

type Route = (request: Request) => Response;
type Server = {
  readonly origin: string;
  readonly asked: (readonly [path: string, authorization: string | null])[];
} & Disposable;

function serve(route: Route, tls?: { readonly key: string; readonly cert: string }): Server {
  const asked: (readonly [string, string | null])[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    ...(tls === undefined ? {} : { tls }),
    fetch: (request) => {
      asked.push([new URL(request.url).pathname, request.headers.get("authorization")]);
      return route(request);
    },
  });
  const origin = tls === undefined ? `http://127.0.0.1:${server.port}` : `https://localhost:${server.port}`;
  return {
    origin,
    asked,
    [Symbol.dispose]: () => {
      server.stop(true);
    },
  };
}

const to = (location: string, status = 307) => new Response(null, { status, headers: { location } });
const path = (request: Request) => new URL(request.url).pathname;
const page = () => new Response(PAGE);

describe("a redirect to the same origin", () => {
  test.each([301, 302, 303, 307, 308])(
    "from /metrics to /metrics/ just works, key included, by status %d",
    async (status) => {
      using server = serve((request) =>
        path(request) === "/metrics" ? to(`${server.origin}/metrics/`, status) : page(),
      );
      const { result, text, heads } = await scrape(`${server.origin}/metrics`, { apiKey: KEY });
      expect(failureText(result)).toBe("ok");
      expect(text).toBe(PAGE);
      expect(heads[0]?.source).toBe(`${server.origin}/metrics/`);
      expect(server.asked).toEqual([
        ["/metrics", `Bearer ${KEY}`],
        ["/metrics/", `Bearer ${KEY}`],
      ]);
    },
  );

  test("may be relative, and keeps the URL's password", async () => {
    using server = serve((request) => (path(request) === "/a/b" ? to("../metrics/") : page()));
    await scrape(`${server.origin.replace("//", "//bob:hunter2@")}/a/b`);
    const basic = `Basic ${btoa("bob:hunter2")}`;
    expect(server.asked).toEqual([
      ["/a/b", basic],
      ["/metrics/", basic],
    ]);
  });

  test("may happen five times and not six", async () => {
    using server = serve((request) => {
      const left = Number(path(request).slice(1));
      return left === 0 ? page() : to(`/${left - 1}`);
    });
    expect((await scrape(`${server.origin}/5`)).text).toBe(PAGE);
    const text = failureText((await scrape(`${server.origin}/6`)).result);
    expect(text).toStartWith("redirect: ");
    expect(text).toContain("once more after 5 redirects");
  });

  test("in a circle is a failure that names the address", async () => {
    using server = serve((request) => to(path(request) === "/a" ? "/b" : "/a#again"));
    const text = failureText((await scrape(`${server.origin}/a`, { apiKey: KEY })).result);
    expect(text).toBe(
      `redirect: GET ${server.origin}/a (redirected to ${server.origin}/b) was redirected in a circle, back to ${server.origin}/a` +
        " | Set LITELLM_PULSE_METRICS_URL to the address of the page itself, as in http://litellm:4000/metrics/",
    );
    expect(server.asked.length).toBe(2);
  });

  test("that ends in 401 does not talk of origins", async () => {
    using server = serve((request) =>
      path(request) === "/metrics" ? to("/metrics/") : new Response(null, { status: 401 }),
    );
    const text = failureText((await scrape(`${server.origin}/metrics`, { apiKey: KEY })).result);
    expect(text).toContain("401 | LITELLM_PULSE_METRICS_API_KEY must be");
  });
});

describe("a redirect that leads nowhere", () => {
  test.each([
    ["without Location", undefined, "without saying where to"],
    ["with an empty Location", " ", "without saying where to"],
    ["to a file", "file:///etc/passwd", "not a web address: file:///etc/passwd"],
    ["to another scheme, with a password", "ftp://bob:hunter2@litellm/", "not a web address: ***@litellm/"],
    ["to what is no URL", "http://[bad", "not a web address: http://[bad"],
  ])("is a failure: %s", async (_what, location, said) => {
    using server = serve(
      () => new Response(null, { status: 302, ...(location === undefined ? {} : { headers: { location } }) }),
    );
    const text = failureText((await scrape(`${server.origin}/metrics`, { apiKey: KEY })).result);
    expect(text).toStartWith(`redirect: GET ${server.origin}/metrics was redirected `);
    expect(text).toContain(said);
    expect(text).toContain("LITELLM_PULSE_METRICS_URL");
  });

  test("does not show a key that its Location repeats", async () => {
    using server = serve(() => to(`gopher://x/${KEY}?token=abcdef`));
    const text = failureText((await scrape(server.origin, { apiKey: KEY })).result);
    expect(text).toContain("gopher://x/***?token=***");
  });
});

describe("a redirect to another origin", () => {
  test("goes without the key", async () => {
    using other = serve(page);
    using server = serve(() => to(`${other.origin}/metrics/`));
    const { result, heads } = await scrape(`${server.origin}/metrics/`, { apiKey: KEY });
    expect(failureText(result)).toBe("ok");
    expect(heads[0]?.source).toBe(`${other.origin}/metrics/`);
    expect(other.asked).toEqual([["/metrics/", null]]);
  });

  test("goes without the URL's password, and without the one in Location", async () => {
    using other = serve(page);
    using server = serve(() => to(`${other.origin.replace("//", "//eve:hers@")}/metrics/`));
    await scrape(server.origin.replace("//", "//bob:hunter2@"));
    expect(other.asked).toEqual([["/metrics/", null]]);
  });

  test("and back does not get the key again", async () => {
    using other = serve(() => to(`${server.origin}/back`));
    using server = serve((request) => (path(request) === "/back" ? page() : to(other.origin)));
    expect((await scrape(server.origin, { apiKey: KEY })).text).toBe(PAGE);
    expect(server.asked).toEqual([
      ["/", `Bearer ${KEY}`],
      ["/back", null],
    ]);
  });

  test("that answers 401 says that the key was not sent, and what to set", async () => {
    using other = serve((request) =>
      path(request) === "/metrics" ? to("/metrics/") : new Response(null, { status: 401 }),
    );
    using server = serve(() => to(`${other.origin}/metrics`));
    const text = failureText((await scrape(server.origin, { apiKey: KEY })).result);
    expect(text).toBe(
      `unauthorized: GET ${server.origin}/ (redirected to ${other.origin}/metrics/) was refused with status 401` +
        ` | The key was not sent on, because a redirect left the origin ${server.origin};` +
        ` if you trust it, set LITELLM_PULSE_METRICS_URL to ${other.origin}/metrics/`,
    );
  });

  test("that lost TLS on the way asks for the same page over TLS", async () => {
    using plain = serve(() => new Response(null, { status: 401 }));
    using server = serve(() => to(`${plain.origin.replace("127.0.0.1", "localhost")}/metrics/`), {
      key: TEST_KEY,
      cert: LOCAL_CERTIFICATE,
    });
    const text = failureText((await scrape(`${server.origin}/metrics`, { apiKey: KEY, ca: LOCAL_CERTIFICATE })).result);
    expect(plain.asked).toEqual([["/metrics/", null]]);
    expect(text).toEndWith(`set LITELLM_PULSE_METRICS_URL to ${server.origin}/metrics/`);
  });

  test("that answers 401 where there was no key asks for a key", async () => {
    using other = serve(() => new Response(null, { status: 401 }));
    using server = serve(() => to(other.origin));
    expect(failureText((await scrape(server.origin)).result)).toContain("Set LITELLM_PULSE_METRICS_API_KEY");
  });
});
