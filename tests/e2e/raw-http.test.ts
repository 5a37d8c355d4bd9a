import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, type Sandbox } from "../support/binary.ts";
import { ask, exchange, parseAnswers } from "../support/raw-client.ts";

setDefaultTimeout(60_000);

const HOST = "Host: localhost\r\n";
const END = "Connection: close\r\n\r\n";
const CHUNKED = "Transfer-Encoding: chunked\r\n";

let sandbox: Sandbox;
let port: number;

beforeAll(async () => {
  sandbox = openSandbox();
  const { url } = await sandbox.serve({ set: { METRICS_URL: "http://127.0.0.1:1/metrics/", SCRAPE_INTERVAL: "60" } });
  port = Number(new URL(url).port);
});
afterAll(() => sandbox[Symbol.asyncDispose]());

async function expectAlive() {
  const { status, body } = await ask(port, `GET /health/live HTTP/1.1\r\n${HOST}${END}`);
  expect([status, JSON.parse(body)]).toEqual([200, { status: "ok" }]);
}

describe("an odd but right request is answered:", () => {
  test.each([
    ["HTTP/1.0", "GET /health/live HTTP/1.0\r\n\r\n", 200],
    ["HTTP/1.0 with keep-alive", `GET /health/live HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`, 200],
    ["an absolute address", `GET http://localhost/health/live HTTP/1.1\r\n${HOST}${END}`, 200],
    ["an absolute address without a path", `GET http://localhost HTTP/1.1\r\n${HOST}${END}`, 200],
    ["header names in capitals", `GET /health/live HTTP/1.1\r\n${HOST.toUpperCase()}${END.toUpperCase()}`, 200],
    ["a header without blanks", `GET /health/live HTTP/1.1\r\nHost:localhost\r\n${END}`, 200],
    ["a body that nobody asked for", `GET /health/live HTTP/1.1\r\n${HOST}Content-Length: 2\r\n${END}{}`, 200],
    [
      "a chunked body that nobody asked for",
      `GET /health/live HTTP/1.1\r\n${HOST}${CHUNKED}${END}2\r\n{}\r\n0\r\n\r\n`,
      200,
    ],
    ["Expect: 100-continue", `GET /health/live HTTP/1.1\r\n${HOST}Expect: 100-continue\r\n${END}`, 200],
    ["an upgrade that is not on offer", `GET /health/live HTTP/1.1\r\n${HOST}Upgrade: h2c\r\n${END}`, 200],
    ["a slash at the end", `GET /health/live/ HTTP/1.1\r\n${HOST}${END}`, 200],
    ["an encoded letter", `GET /api/v1/%6detrics/%63ost HTTP/1.1\r\n${HOST}${END}`, 200],
    ["dots that lead back", `GET /api/../health/./x/%2e%2e/live HTTP/1.1\r\n${HOST}${END}`, 200],
    ["dots that lead above the root", `GET /../../../health/live HTTP/1.1\r\n${HOST}${END}`, 200],
    ["two slashes", `GET //api/v1/metrics HTTP/1.1\r\n${HOST}${END}`, 404],
    ["another host's name after two slashes", `GET //evil.example/raw HTTP/1.1\r\n${HOST}${END}`, 404],
    ["an encoded slash", `GET /health%2flive HTTP/1.1\r\n${HOST}${END}`, 404],
    ["a stray percent sign", `GET /api/v1/metrics/100% HTTP/1.1\r\n${HOST}${END}`, 404],
    ["an encoded NUL", `GET /api/v1/metrics/%00 HTTP/1.1\r\n${HOST}${END}`, 404],
    ["bytes that are no UTF-8", `GET /api/v1/metrics/\xff\xfe HTTP/1.1\r\n${HOST}${END}`, 404],
    ["a long address", `GET /${"a".repeat(12_000)} HTTP/1.1\r\n${HOST}${END}`, 404],
    ["a long filter", `GET /api/v1/usage?model=${"a".repeat(12_000)} HTTP/1.1\r\n${HOST}${END}`, 200],
    ["150 headers", `GET /health/live HTTP/1.1\r\n${HOST}${"X: y\r\n".repeat(150)}${END}`, 200],
    ["a repeated parameter", `GET /api/v1/usage?period=today&period=week HTTP/1.1\r\n${HOST}${END}`, 400],
    ["POST", `POST /raw HTTP/1.1\r\n${HOST}Content-Length: 2\r\n${END}{}`, 405],
    [
      "POST that waits to be asked for its body",
      `POST /raw HTTP/1.1\r\n${HOST}Content-Length: 2\r\nExpect: 100-continue\r\n${END}`,
      405,
    ],
    ["TRACE", `TRACE /raw HTTP/1.1\r\n${HOST}Cookie: secret\r\n${END}`, 405],
    ["CONNECT", `CONNECT /raw HTTP/1.1\r\n${HOST}${END}`, 405],
    ["PROPFIND", `PROPFIND /raw HTTP/1.1\r\n${HOST}${END}`, 405],
    ["OPTIONS", `OPTIONS /raw HTTP/1.1\r\n${HOST}${END}`, 204],
    ["a body of a megabyte", `POST /raw HTTP/1.1\r\n${HOST}Content-Length: 1000000\r\n${END}`, 405],
  ])("%s", async (_, request, status) => {
    const answer = await ask(port, request);
    expect(answer.status).toBe(status);
    if (status === 405 || status === 204) expect(answer.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    if (status !== 204) expect(answer.headers.get("content-type")).toStartWith("application/json");
    if (status >= 400) expect(JSON.parse(answer.body)).toMatchObject({ error: expect.any(String) });
    expect(answer.body).not.toContain("secret");
    await expectAlive();
  });
});

describe("what is no request, or could be taken for two, is refused, and the service goes on:", () => {
  test.each<[string, string | Uint8Array]>([
    ["no Host", `GET /raw HTTP/1.1\r\n${END}`],
    ["two Hosts", `GET /raw HTTP/1.1\r\n${HOST}${HOST}${END}`],
    ["HTTP/0.9", "GET /raw\r\n\r\n"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["TLS", new Uint8Array([0x16, 3, 1, 0, 0xc8, 1, 0, 0, 0xc4, 3, 3, ...new Array(190).fill(7)])],
    ["lines that end in LF only", "GET /raw HTTP/1.1\nHost: localhost\n\n"],
    ["a method in small letters", `get /raw HTTP/1.1\r\n${HOST}${END}`],
    ["a method that there is not", `BREW /raw HTTP/1.1\r\n${HOST}${END}`],
    ["a blank in the address", `GET /raw raw HTTP/1.1\r\n${HOST}${END}`],
    ["NUL in the address", `GET /ra\0w HTTP/1.1\r\n${HOST}${END}`],
    ["NUL in a header", `GET /raw HTTP/1.1\r\n${HOST}X: a\0b\r\n${END}`],
    ["control bytes in a header", `GET /raw HTTP/1.1\r\n${HOST}X: a\x01\x7fb\r\n${END}`],
    ["a blank before a colon", `GET /raw HTTP/1.1\r\n${HOST}X : a\r\n${END}`],
    ["a folded header", `GET /raw HTTP/1.1\r\n${HOST}X: a\r\n b\r\n${END}`],
    ["NULs only", "\0".repeat(20_000)],
    ["two lengths", `POST /raw HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n${END}ab`],
    ["a negative length", `POST /raw HTTP/1.1\r\n${HOST}Content-Length: -1\r\n${END}`],
    ["a length that is no number", `POST /raw HTTP/1.1\r\n${HOST}Content-Length: 1x\r\n${END}`],
    ["a length beyond all numbers", `POST /raw HTTP/1.1\r\n${HOST}Content-Length: ${"9".repeat(30)}\r\n${END}`],
    ["a length and chunks", `POST /raw HTTP/1.1\r\n${HOST}Content-Length: 4\r\n${CHUNKED}\r\n0\r\n\r\n`],
    ["chunks and a length", `POST /raw HTTP/1.1\r\n${HOST}${CHUNKED}Content-Length: 4\r\n\r\n0\r\n\r\n`],
    ["a coding that there is not", `POST /raw HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n${END}`],
    ["chunks in HTTP/1.0 and a length", `POST /raw HTTP/1.0\r\n${HOST}${CHUNKED}Content-Length: 4\r\n\r\n0\r\n\r\n`],
    ["200 headers", `GET /raw HTTP/1.1\r\n${HOST}${"X: y\r\n".repeat(200)}${END}`],
    ["10 000 headers", `GET /raw HTTP/1.1\r\n${HOST}${"X: y\r\n".repeat(10_000)}${END}`],
    ["an address of 64 kB", `GET /raw?${"a".repeat(65_536)} HTTP/1.1\r\n${HOST}${END}`],
    ["an address of 8 MB", `GET /raw?${"a".repeat(8_000_000)} HTTP/1.1\r\n${HOST}${END}`],
    ["a header of 8 MB", `GET /raw HTTP/1.1\r\n${HOST}X: ${"a".repeat(8_000_000)}\r\n${END}`],
    ["a method of 8 MB", `${"G".repeat(8_000_000)} /raw HTTP/1.1\r\n${HOST}${END}`],
  ])("%s", async (_, request) => {
    // What follows in the same connection must never be answered: who sent it is not known any more.
    const smuggled = `GET /health/live HTTP/1.1\r\n${HOST}${END}`;
    const answers = parseAnswers(await exchange(port, [request, smuggled]));
    expect(answers.length).toBeLessThanOrEqual(1);
    for (const { status } of answers) expect(status).toBeOneOf([400, 431, 505]);
    await expectAlive();
  });

  test.each(["zz\r\n{}\r\n0\r\n\r\n", "ffffffffffffffff\r\n{}", "-1\r\n{}\r\n", "2\r\n{}x\r\n0\r\n\r\n", "\r\n\r\n"])(
    "the chunks %j",
    async (chunks) => {
      const smuggled = `GET /health/live HTTP/1.1\r\n${HOST}${END}`;
      const text = await exchange(port, [`POST /raw HTTP/1.1\r\n${HOST}${CHUNKED}\r\n${chunks}${smuggled}`]);
      // The head is right, so its answer may stand before the refusal.
      expect(parseAnswers(text).map(({ status }) => status)).toBeOneOf([[400], [405], [405, 400]]);
      await expectAlive();
    },
  );
});

test("requests that come in pieces, all at once or before the end of the connection are answered", async () => {
  const request = `GET /health/live HTTP/1.1\r\n${HOST}${END}`;
  expect((await ask(port, ...request)).status).toBe(200);
  const many = `GET /health/live HTTP/1.1\r\n${HOST}\r\n`.repeat(500);
  const answers = parseAnswers(await exchange(port, [many + request]));
  expect(answers.map(({ status, body }) => [status, body])).toEqual(
    Array.from({ length: 501 }, () => [200, '{"status":"ok"}\n']),
  );
});
