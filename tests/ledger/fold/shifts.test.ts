import { expect, test } from "bun:test";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { shiftsOf } from "../../../lib/ledger/fold/shifts.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test.each([
  ["UTC", "2026-10-25"],
  ["America/New_York", "2026-11-01"],
  ["America/New_York", "2026-12-31"],
  ["Asia/Kathmandu", "2026-01-01"],
  ["Pacific/Auckland", "2026-09-26"],
  ["Pacific/Kiritimati", "2028-02-29"],
  ["Pacific/Pago_Pago", "2026-03-01"],
  ["America/Santiago", "2026-09-06"],
])("each quarter of a UTC day is so many days off in %s on %s as the calendar there says", (zone, date) => {
  const start = Date.parse(date);
  const expected = Array.from({ length: 96 }, (_, quarter) => {
    const local = Temporal.Instant.fromEpochMilliseconds(start + (quarter * HOUR) / 4).toZonedDateTimeISO(zone);
    return (Date.parse(local.toPlainDate().toString()) - start) / DAY;
  });
  expect([...shiftsOf(start, createZone(zone))]).toEqual(expected);
});
