import { expect, test } from "bun:test";
import { bookPage } from "../../support/api.ts";
import { openMetered } from "../../support/metered.ts";

test("is nothing before the first scrape", () => {
  using store = openMetered("2026-11-20T12:00:00Z");
  expect(store.answer({}, Date.parse("2026-11-21T12:00:00Z")).coverage).toEqual({
    from: null,
    to: null,
    observed_ratio: 0,
    estimated_ratio: 0,
  });
});

test("of a first scrape is the moment where counting begins", () => {
  using store = openMetered("2026-11-21T12:00:00Z");
  expect(store.answer().coverage).toEqual({
    from: "2026-11-21T12:00:00+00:00",
    to: "2026-11-21T12:00:00+00:00",
    observed_ratio: 0,
    estimated_ratio: 0,
  });
});

test("of a scrape at midnight belongs to the day that begins", () => {
  using store = openMetered("2026-11-21T00:00:00Z");
  expect(store.answer({ period: "yesterday" }).coverage.from).toBeNull();
  expect(store.answer({ period: "today" }).coverage.from).toBe("2026-11-21T00:00:00+00:00");
});

test("is the share of the elapsed time between two scrapes, estimated where they lay over two minutes apart", () => {
  using store = openMetered("2026-11-21T06:00:00Z");
  for (const time of ["06:01", "06:02", "06:30", "08:00"]) store.scrape(`2026-11-21T${time}:00Z`);
  expect(store.answer().coverage).toEqual({
    from: "2026-11-21T06:00:00+00:00",
    to: "2026-11-21T08:00:00+00:00",
    observed_ratio: 0.25,
    estimated_ratio: 0.2458,
  });
});

test("of a window in the middle of a gap is all of it, estimated", () => {
  using store = openMetered("2026-11-18T06:00:00Z");
  store.scrape("2026-11-21T06:00:00Z");
  expect(store.answer({ period: "yesterday" }).coverage).toEqual({
    from: "2026-11-20T00:00:00+00:00",
    to: "2026-11-21T00:00:00+00:00",
    observed_ratio: 1,
    estimated_ratio: 1,
  });
});

test("counts the time that two LiteLLMs were observed once", () => {
  using store = openMetered("2026-11-21T03:00:00Z");
  store.use("2026-11-21T03:01:00Z", {}, { cost: 1 });
  const other = (time: string) =>
    bookPage(store.db, "litellm_x 1\n", { at: Date.parse(`2026-11-21T${time}:00Z`), url: "http://other/metrics/" });
  other("05:00");
  for (const time of ["06:00", "06:01", "06:02"]) {
    store.scrape(`2026-11-21T${time}:00Z`);
    other(time);
  }
  const { coverage } = store.answer({ since: "2026-11-21T05:00:00Z", until: "2026-11-21T06:02:00Z" });
  expect(coverage.observed_ratio).toBe(1);
});
