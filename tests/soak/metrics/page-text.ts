import { METRICS } from "../../../lib/litellm/metrics.ts";

/** One counter of a page as an observer reads it. */
export type PageCounter = {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** UTC milliseconds of LiteLLM's clock; NaN where the page has none. */
  readonly createdAt: number;
  readonly value: number;
};

const COUNTER_OF = new Map<string, string>(
  METRICS.filter(({ kind }) => kind === "counter").map(({ prometheusName, name }) => [prometheusName, name]),
);
const LINE = /^([a-z_:]+)(?:\{(.*)\})? (\S+)$/;

/** What a page of the simulation says. Lines that are none are left out, as the rules say. */
export function readPageText(text: string): { readonly counters: readonly PageCounter[]; readonly startedAt: number } {
  const samples: { metric: string; key: string; labels: string; value: number }[] = [];
  const created = new Map<string, number>();
  let startedAt = Number.NaN;
  for (const line of text.split("\n")) {
    const [, name = "", labels = "", number = ""] = LINE.exec(line) ?? [];
    const metric = COUNTER_OF.get(name);
    if (metric !== undefined)
      samples.push({ metric, key: `${name.replace(/_total$/, "")}{${labels}`, labels, value: +number });
    else if (name.endsWith("_created")) created.set(`${name.replace(/_created$/, "")}{${labels}`, +number * 1000);
    else if (name === "process_start_time_seconds") startedAt = +number * 1000;
  }
  const counters = samples.map(({ metric, key, labels, value }) => ({
    metric,
    labels: readLabels(labels),
    createdAt: created.get(key) ?? Number.NaN,
    value,
  }));
  return { counters, startedAt };
}

/** The page with one of its counters, chosen by `where`, at a value that no counter can have. */
export function withNaN(text: string, where: number): string {
  return replaceCounter(text, where, (line) => line.replace(/\S+$/, "NaN"));
}

/** The page with one of its counters, chosen by `where`, in a line that is no sample. */
export function withBadLine(text: string, where: number): string {
  return replaceCounter(text, where, (line) => line.replace("} ", " "));
}

/** The page with only its first bytes, chosen by `where`, ending in the middle of a line. */
export function truncated(text: string, where: number): string {
  const cut = text.slice(0, Math.floor(text.length * where));
  return cut.endsWith("\n") ? `${cut}#` : cut;
}

function replaceCounter(text: string, where: number, change: (line: string) => string): string {
  const lines = text.split("\n");
  const counters = lines.flatMap((line, index) => (COUNTER_OF.has(LINE.exec(line)?.[1] ?? "") ? [index] : []));
  const chosen = counters[Math.floor(counters.length * where)];
  return chosen === undefined ? text : lines.with(chosen, change(lines[chosen] ?? "")).join("\n");
}

function readLabels(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, value.replaceAll(/\\(.)/g, "$1")]));
}
