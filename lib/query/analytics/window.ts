import { daysSince1970 } from "../../aggregator/day-number.ts";
import { isoIn } from "../../aggregator/iso.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { excerpt } from "../excerpt.ts";
import { parseMoment } from "../question/parse-moment.ts";

/** A window of whole days of the zone. */
export type AnalyticsWindow = {
  /** UTC milliseconds, `from` inclusive, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  /** The same as local days since 1970, both included. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** As the answer says it. */
  readonly shown: { readonly start: string; readonly end: string; readonly is_rounded: boolean };
};

export type WindowReading =
  | { readonly kind: "window"; readonly window: AnalyticsWindow | undefined }
  | { readonly kind: "bad"; readonly error: string };

/**
 * Reads `start` and `end`: dates, both included, or instants. A window that cuts a day is rounded outward to whole days,
 * since a day's percentiles and its users are kept as one; the answer says so. Either may be missing.
 */
export function parseWindow(
  start: string | undefined,
  end: string | undefined,
  now: number,
  zone: Zone,
): WindowReading {
  if (!start && !end) return { kind: "window", window: undefined };
  const from = start ? parseMoment(start, zone)?.from : 0;
  if (from === undefined) return badMoment("start", start ?? "");
  const to = end ? parseMoment(end, zone)?.to : zone.dayAt(now).end;
  if (to === undefined) return badMoment("end", end ?? "");
  if (to <= from) {
    return {
      kind: "bad",
      error: `end is "${excerpt(end ?? "now")}", expected a moment after "${excerpt(start ?? "")}"`,
    };
  }
  const first = zone.dayAt(from);
  const last = zone.dayAt(to - 1);
  return {
    kind: "window",
    window: {
      from: first.start,
      to: last.end,
      firstDay: daysSince1970(first.day),
      lastDay: daysSince1970(last.day),
      shown: {
        start: isoIn(first.start, zone),
        end: isoIn(last.end, zone),
        is_rounded: first.start !== from || last.end !== to,
      },
    },
  };
}

function badMoment(name: string, text: string): WindowReading {
  return {
    kind: "bad",
    error: `${name} is "${excerpt(text)}", expected a date such as 2026-10-03 or an instant such as 2026-10-03T12:00:00Z`,
  };
}
