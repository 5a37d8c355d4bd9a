import { describe, expect, test } from "bun:test";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { namesPeople, parseQuestion } from "../../../lib/query/question/parse-question.ts";
import { DEFAULT_QUESTION } from "../../../lib/query/question/usage-question.ts";
import { DAY, HOUR, NOON } from "../../support/api.ts";

function parse(query: string, zone = "UTC") {
  const words = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) words.set(name, [...(words.get(name) ?? []), value]);
  return parseQuestion(words, createZone(zone), NOON);
}

function questionOf(query: string, zone?: string) {
  const parsed = parse(query, zone);
  if (parsed.kind === "bad") throw new Error(parsed.error);
  return parsed.question;
}

function errorOf(query: string): string {
  const parsed = parse(query);
  if (parsed.kind === "question") throw new Error(`${query} was understood`);
  return parsed.error;
}

test("no words ask for today by model", () => {
  expect(questionOf("")).toEqual(DEFAULT_QUESTION);
  expect(questionOf("period=&last=&since=&until=&by=&step=&top=&sort=&timezone=&model=&team=")).toEqual(
    DEFAULT_QUESTION,
  );
});

describe("a stretch of time", () => {
  test.each([
    ["period=yesterday", { kind: "period", period: "yesterday" }],
    ["last=90m", { kind: "last", text: "90m", ms: 90 * 60_000 }],
    ["last=12h", { kind: "last", text: "12h", ms: 12 * HOUR }],
    ["last=3660d", { kind: "last", text: "3660d", ms: 3660 * DAY }],
    ["since=2026-11-01", { kind: "range", since: Date.parse("2026-11-01T00:00:00Z"), until: undefined }],
    [
      "since=20261101&until=20261102",
      { kind: "range", since: Date.parse("2026-11-01"), until: Date.parse("2026-11-03") },
    ],
    [
      "since=2026-11-01T12:00Z&until=2026-11-01T12:00:00.001Z",
      { kind: "range", since: Date.parse("2026-11-01T12:00Z"), until: Date.parse("2026-11-01T12:00Z") + 1 },
    ],
    // A plus sign that was not percent-encoded arrives as a blank.
    ["since=2026-11-01T12:00:00+02:00", { kind: "range", since: Date.parse("2026-11-01T10:00Z"), until: undefined }],
    ["since=2030-01-01", { kind: "range", since: Date.parse("2030-01-01"), until: undefined }],
  ])("%s is read", (query, span) => expect<unknown>(questionOf(query).span).toEqual(span));

  test("days are those of the zone, 23 hours too", () => {
    expect<unknown>(questionOf("since=2026-03-08&until=2026-03-08", "America/New_York").span).toEqual({
      kind: "range",
      since: Date.parse("2026-03-08T05:00:00Z"),
      until: Date.parse("2026-03-09T04:00:00Z"),
    });
    expect<unknown>(questionOf("since=2026-03-08&timezone=Asia/Tokyo", "America/New_York").span).toMatchObject({
      since: Date.parse("2026-03-08T00:00:00+09:00"),
    });
  });
});

const ONE_OF_THEM = "exclude each other, expected one of them";
const MOMENT = "expected a date such as 2026-10-03 or an instant such as 2026-10-03T12:00:00Z, from 1970 on";
const LAST = "expected a number of minutes, hours or days up to 3660d, such as 90m, 12h or 7d";

describe("a bad word is named, with what there is instead", () => {
  test.each([
    ["perod=today", 'Unknown parameter "perod"'],
    ["__proto__=x", 'Unknown parameter "__proto__"'],
    ["constructor=x", 'Unknown parameter "constructor"'],
    ["Period=today", 'Unknown parameter "Period"'],
    ["period=tomorrow", 'period is "tomorrow", expected one of today, yesterday, week, month'],
    ["period=__proto__", 'period is "__proto__", expected one of today, yesterday, week, month'],
    ["period=today&last=7d", `period and last ${ONE_OF_THEM}`],
    ["period=today&since=2026-11-01", `period and since ${ONE_OF_THEM}`],
    ["period=today&until=2026-11-01", `period and since ${ONE_OF_THEM}`],
    ["last=7d&until=2026-11-01", `last and since ${ONE_OF_THEM}`],
    ["period=week&last=7d&since=2026-11-01", `period and last and since ${ONE_OF_THEM}`],
    ["until=2026-11-01", "until is given alone, expected since with it"],
    ...["0d", "-7d", "7", "d", "7w", "7 d", "1.5h", "3661d", "9999999d", "٣d", "7D"].map(
      (text) => [`last=${text}`, `last is "${text}", ${LAST}`] as const,
    ),
    ...[
      "2026-02-30",
      "2026-13-01",
      "2026-00-10",
      "1969-12-31",
      "0050-01-01",
      "yesterday",
      "2026-11-01T12:00",
      "1e12",
    ].map((text) => [`since=${text}`, `since is "${text}", ${MOMENT}`] as const),
    ...["2026-02-30T00:00:00Z", "2026-11-01T25:00Z", "2026-11-01T12:00:00-99:99", "2026-11-01 12:00Z"].map(
      (text) => [`since=2026-01-01&until=${text}`, `until is "${text}", ${MOMENT}`] as const,
    ),
    ["since=2026-11-02&until=2026-11-01", 'until is "2026-11-01", expected a moment after "2026-11-02"'],
    ["since=2010-01-01", 'since is "2010-01-01", expected a moment at most 3660 days before now'],
    ["since=2010-01-01&until=2026-01-01", 'since is "2010-01-01", expected a moment at most 3660 days before until'],
    ["top=0", 'top is "0", expected a whole number from 1 to 10000'],
    ["top=-1", 'top is "-1", expected a whole number from 1 to 10000'],
    ["top=10001", 'top is "10001", expected a whole number from 1 to 10000'],
    ["top=1e2", 'top is "1e2", expected a whole number from 1 to 10000'],
    ["top=3&top=5", 'top is "3" and "5", expected one of them'],
    ["by=model&by=team", 'by is "model" and "team", expected one of them'],
    ["step=week", 'step is "week", expected one of 15m, hour, day'],
    ["sort=name", expect.stringMatching(/^sort is "name", expected one of requests, .*cost/)],
    ["sort=in_flight_requests", expect.stringMatching(/^sort is "in_flight_requests", expected/)],
    ["by=models", expect.stringMatching(/^by is "models", expected different ones of model, .*, day, hour, joined by/)],
    ["by=model,model", expect.stringMatching(/^by is "model,model", expected different ones/)],
    ["by=model,,team", expect.stringMatching(/^by is "model,,team"/)],
    ["by=toString", expect.stringMatching(/^by is "toString"/)],
    ["timezone=Mars/Olympus", 'timezone is "Mars/Olympus", expected an IANA name such as America/New_York'],
    ["timezone=%2B02:00", 'timezone is "+02:00", expected an IANA name such as America/New_York'],
    ["timezone=Z", 'timezone is "Z", expected an IANA name such as America/New_York'],
    ["last=400d&step=15m", 'step is "15m", which makes 38400 of them, expected at most 10000: ask for a shorter time'],
    ["last=3660d&by=hour", 'by is "hour", which makes 87840 of them, expected at most 10000: ask for a shorter time'],
    ["since=2017-01-01&step=hour", expect.stringMatching(/^step is "hour", which makes \d+ of them/)],
    [
      `${"model=x&".repeat(50)}${[...Array(101).keys()].map((n) => `team=${n}`).join("&")}`,
      "team has 101 values, expected at most 100",
    ],
  ])("%s", (query, error) => expect<unknown>(errorOf(query)).toEqual(error));

  test("foreign text in a message is cut and cannot steer a terminal", () => {
    const error = errorOf(`by=${encodeURIComponent(`\u001b[31m"\n\u202e\u0000${"x".repeat(500)}`)}`);
    expect(error).toStartWith(`by is "?[31m????x`);
    expect(error.length).toBeLessThan(300);
  });

  test("what has choices lists them", () => {
    expect(parse("period=x")).toMatchObject({ available: ["today", "yesterday", "week", "month"] });
    expect(parse("step=x")).toMatchObject({ available: ["15m", "hour", "day"] });
    expect(parse("foo=x")).toMatchObject({ available: expect.arrayContaining(["period", "end_user"]) });
  });
});

test("filters take any text, several values of one name once each", () => {
  expect(questionOf("model=b&model=a&model=b&team=__proto__&key=%00").filters).toEqual([
    { dimension: "model", values: ["b", "a"] },
    { dimension: "team", values: ["__proto__"] },
    { dimension: "key", values: ["\u0000"] },
  ]);
});

test.each([
  ["", false],
  ["by=model,model_group,provider,day,hour&model=x&provider=y", false],
  ["by=team", true],
  ["by=model,key", true],
  ["by=user", true],
  ["by=day,end_user", true],
  ["team=x", true],
  ["key=x", true],
  ["user=x", true],
  ["end_user=x", true],
  ["team=", false],
])("%p names people: %p", (query, names) => expect(namesPeople(questionOf(query))).toBe(names));
