import { describe, expect, test } from "bun:test";
import { LOCAL_CERTIFICATE, rawServer, scrape, TEST_KEY } from "../../support/raw-server.ts";

const PAGE = "# HELP a_total A\n# TYPE a_total counter\na_total 1.0\n";

const PROXY_NAMES = ["http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"] as const;

type Asked = { readonly method: string; readonly url: string; readonly headers: ReadonlyMap<string, string> };

function serve(answer: () => Response): { readonly url: string; readonly asked: Asked[] } & Disposable {
  const asked: Asked[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ method, url, headers }) => {
      asked.push({ method, url, headers: new Map(headers) });
      return answer();
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/metrics/`,
    asked,
    [Symbol.dispose]: () => {
      server.stop(true);
    },
  };
}

describe("a page that comes", () => {
  test("reaches the sink byte for byte, with its head first", async () => {
    const headers = { "content-type": "text/plain; version=0.0.4", date: "Sat, 21 Nov 2026 20:48:09 GMT" };
    using server = serve(() => new Response(PAGE, { headers }));
    const { result, text, heads } = await scrape(server.url);
    const head = {
      source: server.url,
      contentType: "text/plain; version=0.0.4",
      dateAt: Date.UTC(2026, 10, 21, 20, 48, 9),
      askedAt: 1_700_000_000_000,
      readAt: 1_700_000_000_000,
    };
    expect(heads).toEqual([head]);
    expect(result).toEqual({ kind: "ok", head, bytes: PAGE.length });
    expect(text).toBe(PAGE);
  });

  test("is good without a Date header and without a content type", async () => {
    using server = rawServer(["HTTP/1.0 200 OK\r\n\r\n", PAGE]);
    const { text, heads } = await scrape(server.url);
    expect(text).toBe(PAGE);
    expect(heads).toMatchObject([{ contentType: null, dateAt: undefined }]);
  });

  test("has no date if the Date header is none", async () => {
    using server = rawServer(["HTTP/1.1 200 OK\r\nDate: yesterday\r\nContent-Length: 4\r\n\r\na 1\n"]);
    expect((await scrape(server.url)).heads).toMatchObject([{ dateAt: undefined }]);
  });

  test("may be empty, of HTML or of JSON: the parser decides", async () => {
    for (const [body, type] of [
      ["", "text/plain"],
      ["<html></html>", "text/html"],
      ['{"detail":"Not Found"}', "application/json"],
    ] as const) {
      using server = serve(() => new Response(body, { headers: { "content-type": type } }));
      const { result, text } = await scrape(server.url);
      expect(result).toMatchObject({ kind: "ok", bytes: body.length });
      expect(text).toBe(body);
    }
  });

  test("is unpacked if it comes as gzip, in one member or two", async () => {
    const packed = Bun.gzipSync(PAGE);
    for (const body of [packed, Buffer.concat([packed, packed])]) {
      using server = serve(() => new Response(body, { headers: { "content-encoding": "gzip" } }));
      const { result, text } = await scrape(server.url);
      expect(text).toBe(body === packed ? PAGE : PAGE + PAGE);
      expect(result).toMatchObject({ kind: "ok", bytes: text.length });
    }
  });

  test("comes whole over TLS whose authority is named, and without the check", async () => {
    using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { key: TEST_KEY, cert: LOCAL_CERTIFICATE },
      fetch: () => new Response(PAGE),
    });
    const url = `https://localhost:${server.port}/metrics/`;
    expect((await scrape(url, { ca: LOCAL_CERTIFICATE })).text).toBe(PAGE);
    expect((await scrape(url, { verifySsl: false })).text).toBe(PAGE);
  });
});

describe("the request", () => {
  test("asks for the text format, says who asks, and wants no gzip from this machine", async () => {
    using server = serve(() => new Response(PAGE));
    await scrape(server.url);
    const [request] = server.asked;
    expect(request?.method).toBe("GET");
    expect(request?.headers.get("accept")).toBe("text/plain; version=0.0.4, */*; q=0.1");
    expect(request?.headers.get("user-agent")).toBe("litellm-pulse/0.0.0-test");
    expect(request?.headers.get("accept-encoding")).toBe("identity");
    expect(request?.headers.get("authorization")).toBeUndefined();
  });

  test("carries the key as Bearer, without blanks around it and without a second Bearer", async () => {
    using server = serve(() => new Response(PAGE));
    for (const apiKey of ["sk-1234", "  sk-1234\n", "Bearer sk-1234"]) await scrape(server.url, { apiKey });
    expect(server.asked.map((request) => request.headers.get("authorization"))).toEqual(
      Array(3).fill("Bearer sk-1234"),
    );
  });

  test("carries no Authorization if the key is blank", async () => {
    using server = serve(() => new Response(PAGE));
    await scrape(server.url, { apiKey: " \t" });
    expect(server.asked[0]?.headers.get("authorization")).toBeUndefined();
  });

  test("carries the URL's user name and password as Basic, decoded, and not in the address", async () => {
    using server = serve(() => new Response(PAGE));
    const { heads } = await scrape(server.url.replace("//", "//b%40b:p%C3%A4ss%3Aword%25@"));
    expect(server.asked[0]?.headers.get("authorization")).toBe(
      `Basic ${Buffer.from("b@b:päss:word%").toString("base64")}`,
    );
    expect(heads[0]?.source).toBe(server.url);
  });

  test("carries the key rather than the URL's password if there are both", async () => {
    using server = serve(() => new Response(PAGE));
    await scrape(server.url.replace("//", "//bob:hunter2@"), { apiKey: "sk-1234" });
    expect(server.asked[0]?.headers.get("authorization")).toBe("Bearer sk-1234");
  });
});

describe("a proxy in the environment", () => {
  test("is passed by for this machine and used for others, which are asked for gzip", async () => {
    using proxy = serve(() => new Response("through_the_proxy 1\n"));
    using server = serve(() => new Response(PAGE));
    const before = { ...process.env };
    try {
      for (const name of PROXY_NAMES) delete process.env[name];
      process.env[PROXY_NAMES[0]] = new URL(proxy.url).origin;
      expect((await scrape(server.url)).text).toBe(PAGE);
      expect((await scrape(server.url.replace("127.0.0.1", "localhost"))).text).toBe(PAGE);
      expect((await scrape("http://litellm.invalid/metrics/")).text).toBe("through_the_proxy 1\n");
    } finally {
      for (const name of PROXY_NAMES) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
    expect(proxy.asked.map((request) => request.url)).toEqual(["http://litellm.invalid/metrics/"]);
    expect(proxy.asked[0]?.headers.get("accept-encoding")).toBe("gzip");
  });
});
