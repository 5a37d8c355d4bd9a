import { expect, test } from "bun:test";
import { MINUTE, NAMES, NOON, namesWith, openTestStore, scrape, sumsOf } from "../support/store.ts";

const NEW = "litellm_proxy_total_requests_metric_total";
const OLD = "litellm_requests_metric_total";
const page = (step: number) => ({ named: { [NEW]: [[{}, 1000 + step]], [OLD]: [[{}, 300_000 + step]] } }) as const;

test("a metric that is mapped to the older name beside its own begins there with a baseline", () => {
  using db = openTestStore();
  const remapped = namesWith({ requests: [OLD] });
  for (const step of [0, 1]) scrape(db, page(step), { at: NOON + step * MINUTE, dateAt: null, names: NAMES });
  for (const step of [2, 3]) scrape(db, page(step), { at: NOON + step * MINUTE, dateAt: null, names: remapped });
  expect(sumsOf(db, "lifetime").requests).toBe(2);
});
