import { bucketOf } from "../../aggregator/spread.ts";
import { previousWindowOf, type Window, windowOf } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import type { Previous } from "../usage/previous.ts";
import type { Span } from "./usage-question.ts";

const SECOND_MS = 1000;

/**
 * The stretch of time that a question is about. `end` is where it ends; the window may hold the instant of the newest
 * numbers as well.
 */
type Asked = { readonly name: string; readonly window: Window; readonly end: number; readonly previous: Previous };

/**
 * The window of a span. `now` decides which day today is; stretches end at `newest`, the newest numbers, unless none of
 * these lie in the same stretch up to now: that one is empty.
 */
export function askedWindow(span: Span, now: number, newest: number, zone: Zone): Asked {
  switch (span.kind) {
    case "period": {
      const previous = { ...previousWindowOf(span.period, now, zone), isCivil: true };
      const window = windowOf(span.period, now, zone);
      return { name: span.period, window, end: window.to, previous };
    }
    case "last": {
      const since = (newest < now - span.ms ? now : newest) - span.ms;
      return stretch(`last ${span.text}`, since, Math.max(since, newest), true);
    }
    case "range": {
      const to = Math.max(span.since, span.until ?? newest);
      return stretch("range", span.since, to, span.until === undefined);
    }
    default:
      return span satisfies never;
  }
}

/**
 * What an answer depends on beside its numbers, as a text that changes when it may have changed: the day, and where the
 * last hours or days begin, which goes on while nothing new is known.
 */
export function momentOf(span: Span, now: number, newest: number, zone: Zone): string {
  const from = span.kind === "last" ? askedWindow(span, now, newest, zone).window.from : "";
  return `${zone.name} ${zone.dayAt(now).day} ${from}`;
}

/**
 * A stretch of time that begins with a quarter hour, and the one of the same length before it, in the whole seconds that
 * answers show. One that ends with the newest page holds that page: it ends right after it.
 */
function stretch(name: string, since: number, to: number, endsWithPage: boolean): Asked {
  const from = bucketOf(since);
  const window = { from, to: endsWithPage ? to + 1 : to };
  const length = Math.floor((to - from) / SECOND_MS) * SECOND_MS;
  return { name, window, end: to, previous: { from: from - length, to: from, isCivil: false } };
}

/**
 * The elapsed part of a window, up to the newest good page; `seen` also has the instant of that page, as a page that
 * was read in the very moment of a boundary books after it.
 */
export function elapsedOf(
  window: Window,
  newest: number | undefined,
): { readonly elapsed: Window; readonly seen: Window } {
  const { from } = window;
  const to = Math.max(from, Math.min(window.to, newest ?? from));
  const hasBegun = newest !== undefined && newest >= from;
  return { elapsed: { from, to }, seen: { from, to: hasBegun ? Math.min(window.to, newest + 1) : from } };
}
