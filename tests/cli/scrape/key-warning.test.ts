import { expect, test } from "bun:test";
import { keyWarning } from "../../../lib/cli/scrape/key-warning.ts";

const asked = (metricsUrl: string, verifySsl = false, metricsApiKey: string | undefined = "sk-1") =>
  keyWarning({ metricsUrl, verifySsl, metricsApiKey });

test.each([
  "http://litellm:4000/metrics/",
  "http://localhost:4000/metrics/",
  "http://127.0.0.1:4000/metrics/",
  "http://[::1]:4000/metrics/",
  "http://[fd12::1]/metrics/",
  "http://10.1.2.3/metrics/",
  "https://172.20.0.5/metrics/",
  "http://proxy.home.arpa/metrics/",
])("a key that goes to %s stays in the own network", (url) => {
  expect(asked(url)).toBeUndefined();
});

test.each([
  "http://litellm.example.com/metrics/",
  "http://10.example.com/metrics/",
  "http://203.0.113.7/metrics/",
  "http://[2001:db8::1]/metrics/",
])("a key that goes to %s in clear is warned of, without the key", (url) => {
  expect(asked(url, true)).toMatch(/^The LiteLLM key is sent to .* over plain HTTP: use an https address$/);
  expect(asked(url, true)).not.toContain("sk-1");
});

test("a key that goes to a certificate that nobody verifies is warned of, and to a verified one is not", () => {
  expect(asked("https://litellm.example.com/metrics/")).toContain("LITELLM_PULSE_VERIFY_SSL=true");
  expect(asked("https://litellm.example.com/metrics/", true)).toBeUndefined();
});

test("without a key there is nothing to warn of", () => {
  const config = { metricsUrl: "http://litellm.example.com/metrics/", verifySsl: false, metricsApiKey: undefined };
  expect(keyWarning(config)).toBeUndefined();
});
