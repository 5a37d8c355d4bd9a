import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { DIMENSIONS } from "../../lib/litellm/dimensions.ts";
import { COUNTERS } from "../../lib/litellm/metrics.ts";
import { createApp } from "../../lib/server/app.ts";
import { DAY, openWorld, type World } from "../support/api.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../support/property.ts";

const METHODS = ["GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "DELETE", "PROPFIND"];
const PARAMETERS = [
  "period",
  "last",
  "since",
  "until",
  "by",
  "step",
  "top",
  "sort",
  "timezone",
  "limit",
  ...DIMENSIONS,
];

/** What nobody in their right mind sends. */
const hostile = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\0",
    "%",
    "%zz",
    "..",
    "../../etc/passwd",
    "'; DROP TABLE cell; --",
    '" OR ""="',
    "1e999",
    "-1",
    "NaN",
    "9".repeat(400),
    "__proto__",
    "\ud800",
    "\u202e\u0007",
    "x".repeat(10_000),
    "🦙".repeat(2500),
    ",".repeat(5000),
    `${"day,".repeat(3000)}day`,
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
);

const number = fc.oneof(fc.integer({ min: -2, max: 11_000 }), fc.maxSafeInteger()).map(String);
const instant = fc.oneof(
  fc.constantFrom(
    "0000-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-11-21T24:00",
    "+275760-09-13",
    "2026-11-21T12:00:60Z",
  ),
  fc
    .date({ min: new Date("2026-10-01"), max: new Date("2027-01-01"), noInvalidDate: true })
    .map((at) => at.toISOString()),
  fc.date({ noInvalidDate: true }).map((at) => at.toISOString().slice(0, 10)),
);
const zone = fc.constantFrom(
  "UTC",
  "utc",
  "Asia/Kathmandu",
  "America/Santiago",
  "Africa/Monrovia",
  "EST5EDT",
  "+05:30",
  "GMT+25",
);

/** What somebody could send to a parameter, and with luck is right. */
function plausible(name: string): fc.Arbitrary<string> {
  switch (name) {
    case "period":
      return fc.constantFrom("today", "yesterday", "week", "month", "year");
    case "last":
      return fc.tuple(number, fc.constantFrom("m", "h", "d", "w", "")).map((parts) => parts.join(""));
    case "since":
    case "until":
      return instant;
    case "by":
      return fc.subarray([...DIMENSIONS, "day", "hour"]).map((words) => words.join(","));
    case "step":
      return fc.constantFrom("15m", "hour", "day", "week");
    case "sort":
      return fc.constantFrom(...COUNTERS);
    case "timezone":
      return zone;
    default:
      return number;
  }
}

const parameter = fc
  .oneof({ weight: 9, arbitrary: fc.constantFrom(...PARAMETERS) }, { weight: 1, arbitrary: hostile })
  .chain((name) =>
    fc
      .oneof({ weight: 3, arbitrary: plausible(name) }, { weight: 1, arbitrary: hostile })
      .map((value) => [name, value]),
  );

/** As URLSearchParams, but halves of characters and stray percent signs go through as they are. */
function queryOf(parameters: readonly (readonly string[])[]): string {
  const encode = (text: string) => (text === "%zz" || text === "%" ? text : encodeURIComponent(text.toWellFormed()));
  return parameters.map((pair) => pair.map(encode).join("=")).join("&");
}

const header = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      "If-None-Match",
      "Accept-Encoding",
      "Accept",
      "Authorization",
      "Origin",
      "Forwarded",
      "Range",
      "X-A",
    ),
    fc.oneof(
      fc.constantFrom(
        "*",
        "gzip",
        "gzip;q=0, *",
        "identity;q=0",
        'W/"x", "y",,',
        "Bearer",
        "Bearer x",
        "bytes=0-5",
        "q=,;=",
      ),
      fc.string({ maxLength: 30 }).map((text) => text.replace(/[^\x20-\x7e]/g, "")),
    ),
  ),
  fc.tuple(fc.constant("Host"), fc.constantFrom("localhost", "evil.example", "a b", "", "[::1]:1", "x".repeat(9000))),
);

function routesOf(world: World): string[] {
  const paths = createApp(world.deps)
    .routes.filter(({ method }) => method === "GET")
    .map(({ path }) => path);
  // A stream of events never ends; it has tests of its own.
  return [...new Set(paths)].filter((path) => path !== "/api/v1/events");
}

describe("whatever is asked of whatever route", () => {
  test(
    "is answered by what the request deserves, the same each time, never by a bug",
    async () => {
      using world = openWorld();
      world.scrape();
      for (let day = 0; day < 3; day += 1) {
        world.send({ spend: 1 });
        world.pass(DAY, DAY / 4);
      }
      const paths = routesOf(world);
      expect(paths).toContain("/api/v1/usage");
      const path = fc
        .oneof(fc.constantFrom(...paths), fc.constant("/api/v1/usage"), fc.constant("/api/v1/history"))
        .chain((pattern) =>
          hostile.map((text) => pattern.replace(/:\w+/, () => encodeURIComponent(text.toWellFormed()))),
        );
      const request = fc.record({
        method: fc.constantFrom(...METHODS),
        path,
        parameters: fc.array(parameter, { maxLength: 5 }),
        headers: fc.array(header, { maxLength: 3 }),
      });
      const seen = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(request, async ({ method, path, parameters, headers }) => {
          const address = `${path}?${queryOf(parameters)}`;
          const init = { method, headers: headers.map(([name, value]): [string, string] => [name, value]) };
          const response = await world.get(address, init);
          expect(world.bugs).toEqual([]);
          expect(response.status).toBeOneOf([200, 204, 304, 400, 401, 404, 405]);
          seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
          expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
          const bytes = Buffer.from(await response.arrayBuffer());
          const hasBody = method !== "HEAD" && response.status !== 204 && response.status !== 304;
          expect(bytes.length > 0).toBe(hasBody);
          if (hasBody && response.status >= 400) {
            const { error } = JSON.parse(bytes.toString());
            expect(error).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}]{1,400}$/u);
          }
          const again = await world.get(address, init);
          expect(again.status).toBe(response.status);
          expect(Buffer.from(await again.arrayBuffer()).equals(bytes)).toBe(true);
        }),
        propertyRuns(1500),
      );
      // Else the requests above are all of one kind, and the property says little.
      for (const status of [200, 204, 400, 401, 404, 405]) expect(seen.get(status) ?? 0).toBeGreaterThan(5);
    },
    PROPERTY_TIMEOUT_MS,
  );
});
