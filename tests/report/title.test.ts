import { describe, expect, test } from "bun:test";
import { titleLines } from "../../lib/report/title.ts";
import { NOW } from "./answers.ts";

const TODAY = {
  name: "today",
  from: "2026-11-21T00:00:00-05:00",
  to: "2026-11-21T14:05:00-05:00",
  timezone: "America/New_York",
};

function title(period: Partial<typeof TODAY>, width = 200, newestAt: number | undefined = NOW - 12_000): string[] {
  return titleLines({ ...TODAY, ...period }, { width, separator: " · ", now: NOW, newestAt, verb: "scraped" });
}

describe("a title", () => {
  test.each([
    [77, "litellm-pulse · today · Sat 21 Nov 2026 (America/New_York) · scraped 12 s ago"],
    [76, "today · Sat 21 Nov 2026 (America/New_York) · scraped 12 s ago"],
    [60, "today · Sat 21 Nov 2026 · scraped 12 s ago"],
    [41, "today · Sat 21 Nov 2026 · 12 s ago"],
    [33, "today · 12 s ago"],
    [15, "today"],
  ])("of at most %d cells drops its parts in their order", (width, line) => {
    expect(title({}, width)).toEqual([line]);
  });

  test("goes over two lines where even the period's name is too wide", () => {
    expect(title({ name: "last 100000m" }, 8)).toEqual(["last", "100000m"]);
  });

  test("says when nothing was scraped yet", () => {
    const lines = titleLines(TODAY, { width: 200, separator: " · ", now: NOW, newestAt: undefined, verb: "scraped" });
    expect(lines).toEqual(["litellm-pulse · today · Sat 21 Nov 2026 (America/New_York) · not scraped yet"]);
  });

  test.each([
    ["a day", "yesterday", "2026-11-20T00:00:00-05:00", "2026-11-21T00:00:00-05:00", "yesterday · Fri 20 Nov 2026"],
    [
      "a week",
      "week",
      "2026-11-16T00:00:00-05:00",
      "2026-11-21T14:05:00-05:00",
      "this week · Mon 16 Nov to Sat 21 Nov 2026",
    ],
    [
      "a week's first day",
      "week",
      "2026-11-16T00:00:00-05:00",
      "2026-11-16T14:05:00-05:00",
      "this week · Mon 16 Nov 2026",
    ],
    [
      "a week's first instant",
      "week",
      "2026-11-16T00:00:00-05:00",
      "2026-11-16T00:00:00-05:00",
      "this week · Mon 16 Nov 2026",
    ],
    [
      "a week over New Year",
      "week",
      "2026-12-28T00:00:00-05:00",
      "2027-01-02T09:00:00-05:00",
      "this week · Mon 28 Dec 2026 to Sat 2 Jan 2027",
    ],
    [
      "a month",
      "month",
      "2026-11-01T00:00:00-04:00",
      "2026-11-21T14:05:00-05:00",
      "this month · Sun 1 Nov to Sat 21 Nov 2026",
    ],
    [
      "hours",
      "last 12h",
      "2026-11-21T02:05:00-05:00",
      "2026-11-21T14:05:00-05:00",
      "last 12h · Sat 21 Nov 02:05 to Sat 21 Nov 2026 14:05",
    ],
    [
      "instants",
      "range",
      "2026-11-20T02:05:30-05:00",
      "2026-11-21T14:05:07-05:00",
      "Fri 20 Nov 02:05:30 to Sat 21 Nov 2026 14:05:07",
    ],
    ["whole days", "range", "2026-11-03T00:00:00-05:00", "2026-11-11T00:00:00-05:00", "Tue 3 Nov to Tue 10 Nov 2026"],
    ["one whole day", "range", "2026-11-03T00:00:00-05:00", "2026-11-04T00:00:00-05:00", "Tue 3 Nov 2026"],
    [
      "days up to now",
      "range",
      "2026-11-03T00:00:00-05:00",
      "2026-11-21T14:05:00-05:00",
      "Tue 3 Nov 00:00 to Sat 21 Nov 2026 14:05",
    ],
  ])("gives the dates of %s", (_, name, from, to, start) => {
    expect(title({ name, from, to })).toEqual([`litellm-pulse · ${start} (America/New_York) · scraped 12 s ago`]);
  });

  test("never drops the dates of a range, which are its name", () => {
    const period = { name: "range", from: "2026-11-03T00:00:00-05:00", to: "2026-11-11T00:00:00-05:00" };
    expect(title(period, 28)).toEqual(["Tue 3 Nov to Tue 10 Nov 2026"]);
  });
});
