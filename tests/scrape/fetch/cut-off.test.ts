import { describe, expect, test } from "bun:test";
import { chunk, type Ending, failureText, rawServer, scrape } from "../../support/raw-server.ts";

const PAGE = Array.from({ length: 5000 }, (_, i) => `requests_total{key="${Bun.hash(`${i}`)}"} ${i}\n`).join("");
const PACKED = Bun.gzipSync(PAGE);
const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const GZIP = `${HEAD}Content-Encoding: gzip\r\n`;

type Answer = readonly (string | Uint8Array)[];

const sized = (head: string, body: string | Uint8Array): Answer => [
  `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
  body,
];
const flipped = (at: number): Uint8Array => PACKED.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe("a page that ends before its end", () => {
  const cases: readonly [what: string, answer: Answer, ending: Ending, said: string][] = [
    [
      "a body shorter than its length",
      [`${HEAD}Content-Length: 1000\r\n\r\na 1\n`],
      "close",
      "of 1000 bytes: the connection was closed",
    ],
    [
      "a reset in a body with a length",
      [`${HEAD}Content-Length: 1000\r\n\r\na 1\n`],
      "reset",
      "of 1000 bytes: the connection was closed",
    ],
    [
      "a length and no body",
      [`${HEAD}Content-Length: 1000\r\n\r\n`],
      "close",
      "after 0 of 1000 bytes: the connection was closed",
    ],
    [
      "a short HTTP/1.0 body",
      ["HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\na 1\n"],
      "close",
      "of 9 bytes: the connection was closed",
    ],
    ["chunks without a last one", [CHUNKED, chunk("a 1\n")], "close", "bytes: the connection was closed"],
    ["chunks without a last one, and a reset", [CHUNKED, chunk("a 1\n")], "reset", "bytes: the connection was closed"],
    ["a chunked body without a chunk", [CHUNKED], "close", "after 0 bytes: the connection was closed"],
    ["half a chunk", [CHUNKED, "ff\r\na 1\n"], "close", "bytes: the connection was closed"],
    ["half a chunk's size", [CHUNKED, chunk("a 1\n"), "f"], "close", "bytes: the connection was closed"],
    ["a chunk whose size is no number", [CHUNKED, chunk("a 1\n"), "zz\r\na"], "close", "its chunks are garbled"],
    [
      "half a gzip stream of the right length",
      sized(GZIP, PACKED.subarray(0, PACKED.length >> 1)),
      "close",
      "its gzip data is broken",
    ],
    ["gzip without its trailer", sized(GZIP, PACKED.subarray(0, -8)), "close", "its gzip data is broken"],
    ["gzip with half its trailer", sized(GZIP, PACKED.subarray(0, -4)), "close", "its gzip data is broken"],
    ["gzip with a wrong checksum", sized(GZIP, flipped(PACKED.length - 8)), "close", "its gzip data is broken"],
    [
      "gzip with a wrong length at its end",
      sized(GZIP, flipped(PACKED.length - 1)),
      "close",
      "its gzip data is broken",
    ],
    ["a text that claims to be gzip", sized(GZIP, "a 1\n"), "close", "after 0 bytes: its gzip data is broken"],
    [
      "nothing that claims to be gzip, chunked",
      [`${GZIP}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
      "close",
      "after 0 bytes: its gzip data is broken",
    ],
    [
      "nothing that claims to be gzip, by its length",
      sized(GZIP, ""),
      "close",
      "after 0 bytes: its gzip data is broken",
    ],
    [
      "half a gzip stream and a close",
      [`${GZIP}Connection: close\r\n\r\n`, PACKED.subarray(0, PACKED.length >> 1)],
      "close",
      "its gzip data is broken",
    ],
    [
      "whole gzip in chunks without a last one",
      [`${GZIP}Transfer-Encoding: chunked\r\n\r\n`, chunk(PACKED)],
      "close",
      "the connection was closed",
    ],
    [
      "half a gzip stream in whole chunks",
      [`${GZIP}Transfer-Encoding: chunked\r\n\r\n`, chunk(PACKED.subarray(0, 999)), "0\r\n\r\n"],
      "close",
      "its gzip data is broken",
    ],
    [
      "gzip shorter than its length",
      [`${GZIP}Content-Length: ${PACKED.length}\r\n\r\n`, PACKED.subarray(0, 999)],
      "close",
      "the connection was closed",
    ],
    [
      "gzip and half a second member",
      sized(GZIP, Buffer.concat([PACKED, PACKED.subarray(0, 99)])),
      "close",
      "its gzip data is broken",
    ],
  ];
  test.each(cases)("is cut off: %s", async (_what, answer, ending, said) => {
    using server = rawServer(answer, ending);
    const { result } = await scrape(server.url, { apiKey: "sk-never-shown" });
    expect(failureText(result)).toStartWith(`cut_off: GET ${server.url} was cut off after `);
    expect(failureText(result)).toContain(said);
    expect(failureText(result)).not.toContain("sk-never-shown");
  });

  test("leaves nothing behind on stderr", async () => {
    const script = `
      import { fetchPage } from "./lib/scrape/fetch/fetch-page.ts";
      const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () =>
        new Response(Bun.gzipSync("a 1\\n".repeat(9999)).subarray(0, 50), { headers: { "content-encoding": "gzip" } }) });
      const result = await fetchPage({ url: server.url.href, verifySsl: true, timeoutMs: 5000 },
        { now: Date.now, version: "0", onHead: () => () => {} });
      console.log(result.kind);
      server.stop(true);`;
    const run = Bun.spawn([process.execPath, "-e", script], { cwd: `${import.meta.dir}/../../..`, stderr: "pipe" });
    expect(await new Response(run.stdout).text()).toBe("failed\n");
    expect(await new Response(run.stderr).text()).toBe("");
  });
});

describe("a page that is whole", () => {
  const cases: readonly [what: string, answer: Answer, ending: Ending][] = [
    ["by its length", sized(HEAD, PAGE), "hold"],
    ["by its last chunk", [CHUNKED, chunk(PAGE), "0\r\n\r\n"], "hold"],
    ["by the close, where there is neither length nor chunk", [`${HEAD}\r\n`, PAGE], "close"],
    ["as gzip with a length", sized(GZIP, PACKED), "hold"],
    [
      "as gzip in small chunks",
      [
        `${GZIP}Transfer-Encoding: chunked\r\n\r\n`,
        ...Array.from({ length: 1000 }, (_, i) => PACKED.subarray(i * 100, i * 100 + 100))
          .filter((part) => part.length > 0)
          .map(chunk),
        "0\r\n\r\n",
      ],
      "hold",
    ],
    ["after an early hint", ["HTTP/1.1 103 Early Hints\r\n\r\n", ...sized(HEAD, PAGE)], "hold"],
  ];
  test.each(cases)("is taken for whole: %s", async (_what, answer, ending) => {
    using server = rawServer(answer, ending);
    const { result, text } = await scrape(server.url);
    expect(failureText(result)).toBe("ok");
    expect(text === PAGE).toBe(true);
  });
});
