/**
 * A reader of pages that shares nothing with the product: what a perfect observer of some pages knows, worked out one
 * line at a time. Slow, and only as clever as the recorded pages need.
 */

/** One sample of a counter. `created` is the text of its own `_created` sample. */
type RawSeries = {
  readonly name: string;
  /** Name and labels as they stand on the page. */
  readonly head: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly created: string | undefined;
  readonly value: number;
};

/** What a series has counted between the first page and the last one. */
export type Counted = Pick<RawSeries, "name" | "labels"> & { readonly amount: number };

/** A page, and the moment on LiteLLM's clock from which on a series is younger than the first page. */
export type ObservedPage = { readonly text: string; readonly markAt: number };

/** Every counter of a page. */
function readRawPage(text: string): RawSeries[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const created = new Map<string, string>();
  for (const line of lines) {
    const [head, value] = cut(line);
    if (/^\w+_created\b/.test(head)) created.set(head.replace("_created", "_total"), value);
  }
  return lines
    .map((line) => cut(line))
    .filter(([head]) => /^\w+_total\b/.test(head))
    .map(([head, value]) => ({
      name: head.split("{", 1)[0] ?? "",
      head,
      labels: labelsOf(head),
      created: created.get(head),
      value: Number(value),
    }));
}

/**
 * What can be known of these pages, which are all of one target: nothing of what the first one shows; of a series seen
 * before, its growth, or all of it where it fell; of another one, all of it if it is younger than the first page (or no
 * series says when it was created), else nothing at first sight.
 */
export function observe(pages: readonly ObservedPage[]): Counted[] {
  const last = new Map<string, number>();
  const counted = new Map<string, Counted>();
  const markAt = pages[0]?.markAt ?? 0;
  for (const [index, { text }] of pages.entries()) {
    for (const { name, head, labels, created, value } of readRawPage(text)) {
      const id = `${head} ${created}`;
      const before = last.get(id);
      last.set(id, value);
      const isBorn = created === undefined || Number(created) * 1000 > markAt;
      const amount =
        index === 0 ? 0 : before === undefined ? (isBorn ? value : 0) : value >= before ? value - before : value;
      counted.set(id, { name, labels, amount: amount + (counted.get(id)?.amount ?? 0) });
    }
  }
  return [...counted.values()];
}

/** Sums the amounts of a metric by a label, or by several of which the first one that is there counts. */
export function sumBy(
  counted: Iterable<Pick<Counted, "name" | "labels" | "amount">>,
  name: string,
  ...labels: readonly string[]
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const each of counted) {
    if (each.name !== name) continue;
    const value = labels.map((label) => each.labels.get(label)).find((text) => text !== undefined && text !== "None");
    sums.set(value ?? "None", (sums.get(value ?? "None") ?? 0) + each.amount);
  }
  return sums;
}

/** The sum of a metric over a page. */
export function pageSum(text: string, name: string): number {
  return readRawPage(text).reduce((sum, series) => (series.name === name ? sum + series.value : sum), 0);
}

function cut(line: string): [head: string, value: string] {
  const at = line.lastIndexOf(" ");
  return [line.slice(0, at), line.slice(at + 1)];
}

function labelsOf(head: string): Map<string, string> {
  const pairs = head.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g);
  // Escaped twice: by the format, and by LiteLLM before it.
  return new Map([...pairs].map(([, name = "", value = ""]) => [name, unescapeOnce(unescapeOnce(value))]));
}

function unescapeOnce(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, character: string) => (character === "n" ? "\n" : character));
}
