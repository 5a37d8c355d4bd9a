import { expect, test } from "bun:test";
import { bigPage } from "../../lib/demo/big-page.ts";
import { readPage, samplesOf, sumOf } from "./read-page.ts";

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("a big page has 143 samples and about 66 KB per key and model, or more with the older buckets", () => {
  const size = { keys: 10, models: 5 };
  const page = decode(bigPage({ ...size, buckets: 18 }));
  const samples = readPage(page).reduce((sum, family) => sum + family.samples.length, 0);
  expect(samples).toBeWithin(50 * 143, 50 * 145);
  expect(page.length).toBeWithin(3_250_000, 3_400_000);
  expect(bigPage({ ...size, buckets: 36 }).length).toBeWithin(5_000_000, 5_750_000);
});

test("a big page after two rounds is the same process with twice the counts", () => {
  const [first, second] = [1, 2].map((rounds) => decode(bigPage({ keys: 4, models: 3, buckets: 18, rounds })));
  const requests = "litellm_proxy_total_requests_metric_total";
  expect(sumOf(first ?? "", requests)).toBe(12);
  expect(sumOf(second ?? "", requests)).toBe(24);
  const births = (page: string) => samplesOf(page, "litellm_spend_metric_created").map((sample) => sample.text);
  expect(births(second ?? "")).toEqual(births(first ?? ""));
});

test("a big page is the same at every call", () => {
  const page = () => Bun.hash(bigPage({ keys: 5, models: 5, buckets: 18 }));
  expect(page()).toBe(page());
});
