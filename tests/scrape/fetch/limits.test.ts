import { describe, expect, test } from "bun:test";
import { drippingServer, failureText, rawServer, scrape } from "../../support/raw-server.ts";

const KEY = "sk-never-shown";
const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";

describe("the time limit", () => {
  test("ends a scrape that gets no answer, and with a key thinks of LiteLLM 1.82", async () => {
    using server = rawServer([], "hold");
    const { result, heads } = await scrape(server.url, { apiKey: KEY, timeoutMs: 50 });
    const text = failureText(result);
    expect(text).toStartWith(
      `timed_out: GET ${server.url} timed out after 0.05 s without an answer | LiteLLM 1.82 with require_auth_for_metrics_endpoint`,
    );
    expect(text).not.toContain(KEY);
    expect(heads).toEqual([]);
  });

  test("does not think of LiteLLM 1.82 if no key was sent", async () => {
    using server = rawServer([], "hold");
    const text = failureText((await scrape(server.url, { timeoutMs: 50 })).result);
    expect(text).toContain("timed out after 0.05 s without an answer");
    expect(text).not.toContain("1.82");
    expect(text).toContain("LITELLM_PULSE_SCRAPE_TIMEOUT");
  });

  test("counts for all redirects together", async () => {
    using silent = rawServer([], "hold");
    using server = rawServer([`HTTP/1.1 307 Go\r\nContent-Length: 0\r\nLocation: ${silent.url}\r\n\r\n`]);
    const text = failureText((await scrape(server.url, { apiKey: KEY, timeoutMs: 250 })).result);
    expect(text).toContain(`GET ${server.url} (redirected to ${silent.url}) timed out after 0.25 s`);
    expect(text).not.toContain("1.82");
  });

  test("ends a page that stops coming", async () => {
    using server = rawServer([`${HEAD}Content-Length: 100\r\n\r\n`, "a 1\n"], "hold");
    const text = failureText((await scrape(server.url, { apiKey: KEY, timeoutMs: 250 })).result);
    expect(text).toBe(
      `timed_out: GET ${server.url} timed out after 0.25 s, with 4 bytes of the page read | LITELLM_PULSE_SCRAPE_TIMEOUT gives it more time`,
    );
  });

  test("ends a page that drips for ever", async () => {
    using server = drippingServer(`${HEAD}\r\n`, "a 1\n");
    expect(failureText((await scrape(server.url, { timeoutMs: 250 })).result)).toContain(
      "timed out after 0.25 s, with",
    );
  });

  test("ends a packed page that stops coming", async () => {
    const packed = Bun.gzipSync("a 1\n".repeat(1000));
    using server = rawServer(
      [`${HEAD}Content-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`, packed.subarray(0, 30)],
      "hold",
    );
    expect(failureText((await scrape(server.url, { timeoutMs: 250 })).result)).toStartWith("timed_out: ");
  });
});

describe("the caller's stop", () => {
  test("before the scrape lets nothing be sent", async () => {
    using server = rawServer([], "hold");
    const { result } = await scrape(server.url, {}, { signal: AbortSignal.abort() });
    expect(failureText(result)).toBe(`cut_off: GET ${server.url} was stopped before its end`);
  });

  test("in the middle of a page ends it", async () => {
    using server = rawServer([`${HEAD}Content-Length: 100\r\n\r\n`, "a 1\n"], "hold");
    const stop = new AbortController();
    const { result } = await scrape(server.url, {}, { signal: stop.signal, onHead: () => () => stop.abort() });
    expect(failureText(result)).toBe(`cut_off: GET ${server.url} was stopped before its end`);
  });
});

describe("the size limit", () => {
  test("refuses a page that says it has over 1 GiB before it is read", async () => {
    using server = rawServer([`${HEAD}Content-Length: ${1024 ** 3 + 1}\r\n\r\n`, "a 1\n"], "hold");
    const { result, heads } = await scrape(server.url, { apiKey: KEY });
    expect(failureText(result)).toStartWith(`too_large: GET ${server.url} gave more than 1024 MiB`);
    expect(heads).toEqual([]);
  });

  test("lets a page of exactly the limit through", async () => {
    using server = rawServer([`${HEAD}Content-Length: 4\r\n\r\n`, "a 1\n"]);
    expect((await scrape(server.url, {}, { maxBytes: 4 })).text).toBe("a 1\n");
    using endless = rawServer([`${HEAD}\r\n`, "a 1\n"]);
    expect((await scrape(endless.url, {}, { maxBytes: 4 })).text).toBe("a 1\n");
  });

  test("ends a page without a length, and gives the sink no more than the limit", async () => {
    using server = drippingServer(`${HEAD}\r\n`, "a 1\n".repeat(300));
    const { result, text } = await scrape(server.url, { apiKey: KEY }, { maxBytes: 2000 });
    expect(failureText(result)).toStartWith(`too_large: GET ${server.url} gave more than 2000 bytes`);
    expect(text.length).toBeLessThanOrEqual(2000);
  });

  test("counts unpacked bytes", async () => {
    const member = Bun.gzipSync(new Uint8Array(1024 ** 2));
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => member));
    using server = rawServer([`${HEAD}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`, bomb], "hold");
    let bytes = 0;
    const onHead = () => (chunk: Uint8Array) => {
      bytes += chunk.length;
    };
    const { result } = await scrape(server.url, {}, { maxBytes: 16 * 1024 ** 2, onHead });
    expect(failureText(result)).toContain("gave more than 16 MiB");
    expect(bytes).toBeLessThanOrEqual(16 * 1024 ** 2);
  });
});

describe("an encoding that was not asked for", () => {
  test.each(["br", "zstd", "gzip, gzip"])("is refused by its name: %s", async (encoding) => {
    using server = rawServer([`${HEAD}Content-Encoding: ${encoding}\r\nContent-Length: 4\r\n\r\n`, "a 1\n"]);
    const text = failureText((await scrape(server.url)).result);
    expect(text).toStartWith("not_metrics: ");
    expect(text).toContain(`in the encoding ${encoding}`);
  });

  test("may be called identity or x-gzip", async () => {
    const packed = Bun.gzipSync("a 1\n");
    for (const [encoding, body] of [
      ["identity", "a 1\n"],
      ["X-GZIP", packed],
    ] as const) {
      using server = rawServer([
        `${HEAD}Content-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n\r\n`,
        body,
      ]);
      expect((await scrape(server.url)).text).toBe("a 1\n");
    }
  });
});

test("a sink that throws is a bug and throws out of the scrape", async () => {
  using server = rawServer([`${HEAD}Content-Length: 4\r\n\r\n`, "a 1\n"]);
  const onHead = () => () => {
    throw new Error("a bug in the parser");
  };
  await expect(scrape(server.url, {}, { onHead })).rejects.toThrow("a bug in the parser");
});
