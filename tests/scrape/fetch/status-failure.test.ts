import { describe, expect, test } from "bun:test";
import { failureText, rawServer, scrape } from "../../support/raw-server.ts";

const answer = (status: number, body = "") => [
  `HTTP/1.1 ${status} Whatever\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
];

describe("an answer with another status than 200", () => {
  test.each([401, 403])("of %d without a key, names the setting for it and LiteLLM 1.85", async (status) => {
    using server = rawServer(answer(status, '"Unauthorized access to metrics endpoint: No api key passed in."'));
    const { result, heads, text } = await scrape(server.url);
    expect(failureText(result)).toStartWith(`unauthorized: GET ${server.url} was refused with status ${status} | `);
    expect(failureText(result)).toContain("Set LITELLM_PULSE_METRICS_API_KEY: LiteLLM 1.85 and newer want a key");
    expect([heads, text]).toEqual([[], ""]);
  });

  test("of 401 with a key, names the setting and not the key, even if the body repeats it", async () => {
    using server = rawServer(answer(401, '"Invalid key sk-never-shown"'));
    const text = failureText((await scrape(server.url, { apiKey: "sk-never-shown" })).result);
    expect(text).toContain("status 401 | LITELLM_PULSE_METRICS_API_KEY must be");
    expect(text).not.toContain("sk-never-shown");
  });

  test("of 401 with a password in the URL, says where to look", async () => {
    using server = rawServer(answer(401));
    const text = failureText((await scrape(server.url.replace("//", "//bob:hunter2@"))).result);
    expect(text).toContain("Check user name and password in LITELLM_PULSE_METRICS_URL");
    expect(text).not.toContain("hunter2");
  });

  test.each([
    [404, 'callbacks: ["prometheus"]'],
    [404, "/metrics/"],
    [405, "/metrics/"],
    [407, "NO_PROXY"],
    [500, "log"],
    [502, "is LiteLLM up?"],
    [503, "is LiteLLM up?"],
    [504, "is LiteLLM up?"],
  ])("of %d, has a hint with %p", async (status, hint) => {
    using server = rawServer(answer(status, '{"detail":"Not Found"}'));
    const text = failureText((await scrape(server.url)).result);
    expect(text).toStartWith(`http_status: GET ${server.url} was answered with status ${status} | `);
    expect(text).toContain(hint);
  });

  test.each([204, 206, 300, 304, 400, 418, 429])("of %d, is a failure with the status", async (status) => {
    using server = rawServer([`HTTP/1.1 ${status} Whatever\r\nContent-Length: 0\r\n\r\n`]);
    const text = failureText((await scrape(server.url)).result);
    expect(text).toBe(`http_status: GET ${server.url} was answered with status ${status}`);
  });

  test("is read no further than its head", async () => {
    using server = rawServer(["HTTP/1.1 500 Oh\r\nContent-Length: 99999\r\n\r\nnever more than this"], "hold");
    expect(failureText((await scrape(server.url)).result)).toStartWith("http_status: ");
  });
});
