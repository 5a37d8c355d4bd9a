import { type Growth, Observer } from "../../support/observer.ts";
import { MINUTE } from "../moments.ts";
import { type PageCounter, readPageText } from "./page-text.ts";
import type { Plan } from "./plan.ts";
import { type HandedPage, observed, type Source } from "./source.ts";

const PLAIN_MS = 2 * MINUTE;
const QUARTER_MS = 15 * MINUTE;

/** A sum, and how many estimates were cut at an edge of its window: each may be off by less than one in a count. */
type TrueSum = { readonly sum: number; readonly cuts: number };

/** What can be known of a LiteLLM from the pages that were booked. */
export type KnownTruth = {
  /** Notes a page in the order of booking. `at` is when it was read, on our clock. */
  see(page: HandedPage, at: number): void;
  readonly pages: number;
  readonly growths: readonly Growth[];
  /** What grew of a metric in a window, of all or of those whose label has a value. */
  sum(metric: string, from: number, to: number, label?: readonly [name: string, value: string]): TrueSum;
};

/** An observer of the pages of a plan. */
export function observeWorld({ setup }: Plan): KnownTruth {
  const observer = new Observer(setup.naming);
  const growths: Growth[] = [];
  return {
    see: (page, at) => {
      growths.push(...observer.see(observed(page, at)));
    },
    get pages() {
      return observer.pages.length;
    },
    growths,
    sum(metric, from, to, label) {
      let sum = 0;
      let cuts = 0;
      for (const growth of growths) {
        if (growth.metric !== metric || (label && growth.labels[label[0]] !== label[1])) continue;
        const share = shareIn(growth, from, to);
        sum += growth.amount * share;
        if (share > 0 && share < 1) cuts += 1;
      }
      return { sum, cuts };
    },
  };
}

/** The part of a growth that lies in a window whose edges are edges of quarters. */
function shareIn({ from, to }: Growth, start: number, end: number): number {
  if (to - from <= PLAIN_MS) {
    const booked = Math.floor(to / QUARTER_MS) * QUARTER_MS;
    return booked >= start && booked < end ? 1 : 0;
  }
  return Math.max(0, Math.min(to, end) - Math.max(from, start)) / (to - from);
}

/**
 * What the log of true events says must have been booked: all that was counted, less what no page that was booked could
 * show any more when its process or series ended, or cannot show yet.
 */
export function knowableByEvents(metric: string, total: number, source: Source, pages: readonly HandedPage[]): number {
  const seen = new Map<string, number>();
  for (const { text, generation } of pages) {
    for (const counter of readPageText(text).counters) {
      if (counter.metric === metric && Number.isFinite(counter.value))
        seen.set(identity(generation, counter), counter.value);
    }
  }
  const final = new Map<string, number>();
  for (const { text, generation } of source.ends) {
    for (const counter of readPageText(text).counters) {
      if (counter.metric === metric) final.set(identity(generation, counter), counter.value);
    }
  }
  let unseen = 0;
  for (const [id, value] of final) unseen += value - (seen.get(id) ?? 0);
  return total - unseen;
}

function identity(generation: number, { metric, labels, createdAt }: PageCounter): string {
  return JSON.stringify([generation, metric, labels, createdAt]);
}
