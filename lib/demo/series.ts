import { escapeLabelValue, labelText } from "./label-text.ts";
import { prometheusNumber } from "./python-number.ts";

/** Which of the two exposition formats a page is in. */
export type PageFormat = "text" | "openmetrics";

/** What a series is from its birth on. */
export type SeriesHead = {
  /** The family's name, without `_total`. */
  readonly family: string;
  /** As LiteLLM hands them to prometheus_client, names in alphabetical order. */
  readonly labels: ReadonlyMap<string, string>;
  /** Seconds since 1970. */
  readonly createdAt: number;
  /** The worker that set a gauge, where a page tells; 0 elsewhere. */
  readonly pid: number;
};

type Single = { readonly kind: "counter" | "gauge"; readonly sampleHead: string; value: number };

type Histogram = {
  readonly kind: "histogram";
  readonly bounds: readonly number[];
  /** Observations per bucket, not yet added up; one more than there are bounds. */
  readonly counts: number[];
  sum: number;
};

/** The lines of a series as long as its value holds; `created` and `sum` are empty where the kind has none. */
export type SeriesLines = {
  /** The value of a counter or gauge; of a histogram the buckets and the count. */
  readonly values: string;
  readonly sum: string;
  readonly created: string;
};

/** One label set of a family. */
export type Series = SeriesHead & (Single | Histogram) & { lines: SeriesLines | undefined };

/** A counter or gauge at a value. */
export function createSingle(kind: Single["kind"], head: SeriesHead, value: number): Series {
  const sampleHead = headOf(kind === "counter" ? "_total" : "", head);
  return { ...head, kind, sampleHead, value, lines: undefined };
}

/** A histogram without observations. */
export function createHistogram(bounds: readonly number[], head: SeriesHead): Series {
  return { ...head, kind: "histogram", bounds, counts: new Array(bounds.length + 1).fill(0), sum: 0, lines: undefined };
}

/** Adds to a counter, sets a gauge, observes in a histogram. */
export function measure(series: Series, amount: number): void {
  switch (series.kind) {
    case "counter":
      series.value += amount;
      break;
    case "gauge":
      if (series.value === amount) return;
      series.value = amount;
      break;
    case "histogram": {
      const found = series.bounds.findIndex((bound) => amount <= bound);
      const bucket = found === -1 ? series.bounds.length : found;
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.sum += amount;
      break;
    }
    default:
      series satisfies never;
  }
  series.lines = undefined;
}

/** The lines of a series on the page; kept until the next measurement, which makes big pages quick. */
export function linesOf(series: Series): SeriesLines {
  series.lines ??= {
    values:
      series.kind === "histogram"
        ? bucketLines(series, series)
        : `${series.sampleHead}${prometheusNumber(series.value)}\n`,
    sum: series.kind === "histogram" ? `${headOf("_sum", series)}${prometheusNumber(series.sum)}\n` : "",
    created: series.kind === "gauge" ? "" : `${headOf("_created", series)}${prometheusNumber(series.createdAt)}\n`,
  };
  return series.lines;
}

function headOf(suffix: string, { family, labels }: SeriesHead): string {
  return labels.size === 0 ? `${family}${suffix} ` : `${family}${suffix}{${labelText(labels)}} `;
}

function bucketLines(head: SeriesHead, { bounds, counts }: Histogram): string {
  // `le` stands in its alphabetical place among the labels, as recorded.
  let before = `${head.family}_bucket{`;
  let after = '"';
  for (const [label, value] of head.labels) {
    const pair = `${label}="${escapeLabelValue(value)}"`;
    if (label < "le") before += `${pair},`;
    else after += `,${pair}`;
  }
  before += 'le="';
  let lines = "";
  let total = 0;
  for (const [index, count] of counts.entries()) {
    total += count;
    const le = prometheusNumber(bounds[index] ?? Number.POSITIVE_INFINITY);
    lines += `${before}${le}${after}} ${prometheusNumber(total)}\n`;
  }
  return `${lines}${headOf("_count", head)}${prometheusNumber(total)}\n`;
}
