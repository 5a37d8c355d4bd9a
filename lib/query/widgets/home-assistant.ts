import { isoIn } from "../../aggregator/iso.ts";
import { windowOf } from "../../aggregator/window.ts";
import { allSensorClasses } from "../../litellm/home-assistant.ts";
import { COMPUTED, COUNTERS } from "../../litellm/metrics.ts";
import { type Summary, WINDOW_SUFFIXES } from "../summary.ts";
import type { Standing } from "./standing.ts";

const NAMES = [...COUNTERS, ...COMPUTED.map(({ name }) => name)];

/** A stretch of time that is counted anew after `last_reset`, the very key that Home Assistant's recorder reads. */
type Window = { readonly last_reset: string | null } & { readonly [measure: string]: number | string | null };

/** The body of `GET /api/v1/homeassistant`. */
export type HomeAssistantAnswer = Standing & {
  readonly schema_version: 1;
  readonly last_scrape: string | null;
  readonly timezone: string;
  readonly day: Window;
  readonly week: Window;
  readonly month: Window;
  /** `last_reset` is the first scrape, so that a database that was begun anew is a new cycle and not a fall. */
  readonly lifetime: Window;
  readonly now: { readonly in_flight_requests: number };
  readonly classes: {
    readonly windows: ReturnType<typeof allSensorClasses>;
    readonly lifetime: ReturnType<typeof allSensorClasses>;
  };
};

/**
 * Every value that a sensor may show. Home Assistant copies keys as they are, so each window has a `last_reset` of its
 * own; and it takes an interim 0 for a new cycle, so `available` says when there is nothing to be taken yet.
 */
export function homeAssistantBody(summary: Summary, standing: Standing): HomeAssistantAnswer {
  const { values, lastScrape, since, context } = summary;
  const { now, zone } = context;
  const measures = (suffix: string) =>
    Object.fromEntries(NAMES.map((name) => [name, values.get(`${name}_${suffix}`) ?? 0]));
  const window = ([suffix, period]: (typeof WINDOW_SUFFIXES)[number]) => ({
    last_reset: isoIn(windowOf(period, now, zone).from, zone),
    ...measures(suffix),
  });
  const [day, week, month] = WINDOW_SUFFIXES;
  return {
    schema_version: 1,
    ...standing,
    last_scrape: lastScrape,
    timezone: zone.name,
    day: window(day),
    week: window(week),
    month: window(month),
    lifetime: { last_reset: since, since, ...measures("lifetime") },
    now: { in_flight_requests: values.get("in_flight_requests") ?? 0 },
    classes: { windows: allSensorClasses(false), lifetime: allSensorClasses(true) },
  };
}
