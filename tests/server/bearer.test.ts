import { describe, expect, test } from "bun:test";
import { bareKey, bearerKey } from "../../lib/server/bearer.ts";
import { openWorld } from "../support/api.ts";

/** More than any header may have: what is not linear in it never ends. */
const LONG = 1_000_000;

describe("the key of a header", () => {
  test.each([
    ["Bearer key", "key"],
    ["bearer   key ", "key"],
    ["BEARER two words", "two words"],
    ["Bearer", undefined],
    ["Bearer   ", undefined],
    ["Bearerkey", undefined],
    ["Basic a2V5", undefined],
    ["", undefined],
    [null, undefined],
  ])("of %p is %p", (header, key) => {
    expect(bearerKey(header)).toBe(key);
  });

  test.each([
    ["Bearer key", "key"],
    [" key ", "key"],
    ["  ", undefined],
    [null, undefined],
  ])("where the word may be left out, of %p it is %p", (header, key) => {
    expect(bareKey(header)).toBe(key);
  });

  test("is found as fast in a header that was made to take long", () => {
    expect(bearerKey(`Bearer${" ".repeat(LONG)}${"\u00a0".repeat(LONG)}`)).toBeUndefined();
    expect(bareKey(`Bearer${" ".repeat(LONG)}${"\u00a0".repeat(LONG)}x`)).toBe("x");
  });
});

test.each([
  ["Accept-Encoding", `gzip${" ".repeat(LONG)}x`],
  ["Accept-Encoding", `${"gzip;q=".repeat(LONG / 10)}x`],
  ["Authorization", `Bearer${" ".repeat(LONG)}${"\u00a0".repeat(LONG)}`],
  ["If-None-Match", `${" ,W/".repeat(LONG / 10)}x`],
  ["Origin", `http://${"127.".repeat(LONG / 10)}x`],
  ["Host", `${"1".repeat(LONG)}:x`],
])("a header %s that was made to take long is answered as any other", async (name, value) => {
  using world = openWorld({ apiKey: name === "Authorization" ? "key" : undefined });
  const { status } = await world.get("/", { headers: { [name]: value } });
  expect(status).toBe(name === "Authorization" ? 401 : name === "Host" ? 400 : 200);
});

test.each([
  ["gzip", true],
  ["deflate, GZIP ;q=0.5, br", true],
  ["gzip;q=1.0", true],
  ["gzip;q=0", false],
  ["gzip; q=0.00", false],
  ["gzip;q=x", false],
  ["x-gzip, gzipped", false],
])("with Accept-Encoding: %s, whether an answer is packed is %p", async (header, isPacked) => {
  using world = openWorld();
  const response = await world.get("/", { headers: { Accept: "text/html", "Accept-Encoding": header } });
  expect(response.headers.get("Content-Encoding")).toBe(isPacked ? "gzip" : null);
});
