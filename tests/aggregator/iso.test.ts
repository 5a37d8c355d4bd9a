import { describe, expect, test } from "bun:test";
import { isoIn } from "../../lib/aggregator/iso.ts";
import { createZone } from "../../lib/aggregator/zone.ts";

describe("an instant as text", () => {
  test.each<[string, string, string]>([
    ["UTC", "2026-10-10T14:05:09.999Z", "2026-10-10T14:05:09+00:00"],
    ["America/New_York", "2026-10-10T18:05:00Z", "2026-10-10T14:05:00-04:00"],
    ["America/New_York", "2026-12-10T18:05:00Z", "2026-12-10T13:05:00-05:00"],
    ["Asia/Kathmandu", "2026-10-10T18:15:00Z", "2026-10-11T00:00:00+05:45"],
    ["America/St_Johns", "2026-10-10T18:05:00Z", "2026-10-10T15:35:00-02:30"],
    ["Australia/Lord_Howe", "2026-10-10T18:05:00Z", "2026-10-11T05:05:00+11:00"],
    ["Pacific/Kiritimati", "2026-12-31T10:00:00Z", "2027-01-01T00:00:00+14:00"],
    ["UTC", "1969-12-31T23:59:59.500Z", "1969-12-31T23:59:59+00:00"],
  ])("in %s, %s is %s", (zone, at, text) => {
    expect(isoIn(Date.parse(at), createZone(zone))).toBe(text);
    expect(Date.parse(text)).toBe(Math.floor(Date.parse(at) / 1000) * 1000);
  });

  test("tells the two readings of an hour that comes twice apart", () => {
    const zone = createZone("America/New_York");
    const texts = ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"].map((at) => isoIn(Date.parse(at), zone));
    expect(texts).toEqual(["2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"]);
  });
});
