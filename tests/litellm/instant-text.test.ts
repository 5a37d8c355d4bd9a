import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { instantOf } from "../../lib/litellm/instant-text.ts";
import { propertyRuns } from "../support/property.ts";

const AT = Date.UTC(2026, 10, 21, 20, 34, 57, 337);

describe("times of log rows", () => {
  test.each<[unknown, number | undefined]>([
    ["2026-11-21T20:34:57.337201+00:00", AT],
    ["2026-11-21T20:34:57.3375", AT + 1],
    ["2026-11-21T20:34:57.337", AT],
    ["2026-11-21 20:34:57.337+00", AT],
    ["2026-11-21 22:34:57.337+02", AT],
    ["2026-11-21T15:04:57.337-0530", AT],
    ["2026-11-21T20:34:57.337Z", AT],
    ["2026-11-21T20:34:57", AT - 337],
    ["2026-11-21T23:59:59.9996", Date.UTC(2026, 10, 22)],
    [1795293297.337201, AT],
    [1795293297337, AT],
    ["1795293297.337201", AT],
    [1795293297337201, AT],
    ["1795293297337201000", AT],
    ["2026-11-21 20:34:57.337 UTC", AT],
    ["2026-11-21 20:34:57,337", AT],
    ["2026-11-21T20:34Z", Date.UTC(2026, 10, 21, 20, 34)],
    ["2026-11-21 22:34+02:00", Date.UTC(2026, 10, 21, 20, 34)],
    ["2026-11-21", Date.UTC(2026, 10, 21)],
    ["2026-02-30T00:00:00", undefined],
    ["2026-02-30", undefined],
    ["2026-11-21T20", undefined],
    ["2026-11-21T24:00:00", undefined],
    ["2026-11-21T20:34:57 tomorrow", undefined],
    ["yesterday", undefined],
    ["", undefined],
    [null, undefined],
    [Number.NaN, undefined],
    [{}, undefined],
  ])("%p is %p", (value, expected) => {
    expect(instantOf(value)).toBe(expected);
  });

  test("every date is read as the platform reads it", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1900-01-01"), max: new Date("2200-01-01"), noInvalidDate: true }),
        (date) => {
          expect(instantOf(date.toISOString())).toBe(date.getTime());
        },
      ),
      propertyRuns(500),
    );
  });
});
