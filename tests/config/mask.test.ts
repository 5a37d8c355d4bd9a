import { describe, expect, test } from "bun:test";
import { maskUrl, quoted } from "../../lib/config/mask.ts";

describe("maskUrl()", () => {
  test.each([
    ["http://litellm:4000/metrics/", "http://litellm:4000/metrics/"],
    ["http://user:pw@litellm:4000/metrics/", "http://***@litellm:4000/metrics/"],
    ["http://user@litellm/", "http://***@litellm/"],
    ["http://user:p@ss/w:rd@litellm/", "http://***@litellm/"],
    ["http://user:12/34@litellm/", "http://***@litellm/"],
    ["user:pw@litellm/metrics", "***@litellm/metrics"],
    ["postgres://u:p@db/litellm", "postgres://***@db/litellm"],
    ["http://user:a\nb@litellm/", "http://***@litellm/"],
    ["http://litellm/metrics?api_key=sk-1&x=2#top", "http://litellm/metrics?api_key=***&x=2#top"],
    ["http://litellm/metrics?x=2&Access-Token=sk-1", "http://litellm/metrics?x=2&Access-Token=***"],
  ])("%p is shown as %p", (text, shown) => expect(maskUrl(text)).toBe(shown));
});

describe("quoted()", () => {
  test("cuts between characters, not inside one", () => expect(quoted("😀".repeat(81))).toBe(`"${"😀".repeat(80)}…"`));
  test("leaves 80 characters whole", () => expect(quoted("é".repeat(80))).toBe(`"${"é".repeat(80)}"`));
  test("writes half a surrogate pair as a number", () => expect(quoted("a\ud800")).toBe('"a\\u{d800}"'));
});
