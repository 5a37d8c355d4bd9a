import { describe, expect, test } from "bun:test";
import { redactUrl, scrubber } from "../../lib/scrape/redact-url.ts";

describe("redactUrl", () => {
  const cases: readonly [what: string, url: string, shown: string][] = [
    ["leaves a plain address alone", "http://litellm:4000/metrics/", "http://litellm:4000/metrics/"],
    ["masks user name and password", "https://bob:hunter2@litellm/metrics/", "https://***:***@litellm/metrics/"],
    ["masks a password without a user name", "http://:hunter2@litellm/", "http://:***@litellm/"],
    ["masks an encoded password", "http://a%40b:p%40ss%3Aword@litellm/", "http://***:***@litellm/"],
    ["masks a key in the query", "http://litellm/m?api_key=sk-1&name=a", "http://litellm/m?api_key=***&name=a"],
    [
      "masks names in camel case",
      "http://litellm/?apiKey=1&accessToken=2",
      "http://litellm/?apiKey=***&accessToken=***",
    ],
    ["masks an encoded name", "http://litellm/?t%6Fken=abc", "http://litellm/?t%6Fken=***"],
    ["masks a signature and a secret", "http://h/?sig=1&client-secret=2", "http://h/?sig=***&client-secret=***"],
    [
      "masks nothing that only looks alike",
      "http://h/?keyboard=1&monkey=2&design=3",
      "http://h/?keyboard=1&monkey=2&design=3",
    ],
    ["leaves out the fragment", "http://litellm/metrics/#access_token=abc", "http://litellm/metrics/"],
    ["hides what stands before an @ in no URL", "http://bob:hunter2@lite llm/", "***@lite llm/"],
    ["hides a password without a scheme", "bob:hunter2@litellm:4000/metrics", "***@litellm:4000/metrics"],
    ["masks the query of no URL", "litellm/metrics?token=abc&x=1", "litellm/metrics?token=***&x=1"],
    ["keeps no URL on one line", "lite\nllm\u0007x", "lite llm x"],
    ["survives nothing at all", "", ""],
    ["survives a lone percent sign", "http://litellm/?%=1", "http://litellm/?%=1"],
  ];
  test.each(cases)("%s", (_what, url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });

  test("cuts what is no URL and very long", () => {
    expect(redactUrl("x".repeat(5000)).length).toBeLessThan(250);
  });
});

describe("scrubber", () => {
  test("takes secrets out of a text, also percent-encoded, the longest first", () => {
    const scrub = scrubber(["sk-a/b+c", "sk-a/b+c-and-more", undefined, ""]);
    expect(scrub("x sk-a/b+c-and-more y sk-a%2Fb%2Bc z")).toBe("x *** y *** z");
  });

  test("leaves secrets alone that stand in any text by chance", () => {
    expect(scrubber(["p"])("http://p/")).toBe("http://p/");
  });

  test("takes a lone surrogate for what it is", () => {
    expect(scrubber(["\ud800abc"])("x \ud800abc")).toBe("x ***");
  });
});
