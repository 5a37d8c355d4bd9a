import type { UsageAnswer } from "../query/usage/answer.ts";
import type { Latency, Measures } from "../query/usage/measures.ts";
import { countText } from "./count-text.ts";
import { moneyDecimals, moneyText } from "./money-text.ts";
import { widest } from "./pad.ts";
import type { Tone } from "./paint.ts";
import { percentText } from "./percent-text.ts";

/** A column of numbers: one cell for each group of the answer, then one for the total. */
export type ValueColumn = {
  readonly header: string;
  readonly cells: readonly string[];
  readonly tones: readonly Tone[];
  readonly width: number;
};

type Value = number | null;
type Row = Measures & Latency;

type ColumnShape = {
  readonly header: string;
  /** The measures that it is made of; a column that LiteLLM has none of is left out. */
  readonly needs: readonly (keyof Row)[];
  readonly value: (measures: Row) => Value;
  readonly texts: (values: readonly Value[]) => string[];
  readonly tone: (value: Value) => Tone;
};

const COLUMNS: readonly ColumnShape[] = [
  column("REQ", "requests", counts),
  { ...column("FAIL", "failed_requests", counts), tone: (value) => ((value ?? 0) > 0 ? "red" : "plain") },
  column("INPUT", "input_tokens", counts),
  column("OUTPUT", "output_tokens", counts),
  column("CACHED", "input_cached_pct", (values) => values.map(percentText)),
  column("P50 MS", "p50_latency_ms", counts),
  column("P95 MS", "p95_latency_ms", counts),
  { ...column("COST", "cost", amounts), tone: () => "bold" },
  {
    header: "$/1K REQ",
    needs: ["cost", "requests"],
    value: ({ cost, requests }) => (cost === null || !requests ? null : (cost / requests) * 1000),
    texts: amounts,
    tone: () => "plain",
  },
];

/** Of the metrics, which know no latency. */
const METRIC_COLUMNS = COLUMNS.filter(({ header }) => !header.endsWith(" MS"));

/** The order in which columns go where the width does not hold them all; COST stays to the end. */
export const DROP_ORDER: readonly string[] = [
  "$/1K REQ",
  "P95 MS",
  "P50 MS",
  "CACHED",
  "FAIL",
  "INPUT",
  "OUTPUT",
  "REQ",
];

/** The columns of an answer. One of whose measures LiteLLM shows nothing is left out, unless it shows nothing at all. */
export function valueColumns(answer: UsageAnswer): ValueColumn[] {
  const rows: readonly Row[] = [...answer.groups, answer.total];
  const known = COLUMNS.filter(({ needs }) => rows.some((row) => needs.every((name) => (row[name] ?? null) !== null)));
  return (known.length === 0 ? METRIC_COLUMNS : known).map(({ header, value, texts, tone }) => {
    const values = rows.map(value);
    const cells = texts(values);
    return { header, cells, tones: values.map(tone), width: widest([header, ...cells]) };
  });
}

function column(header: string, name: keyof Row, texts: (values: readonly Value[]) => string[]): ColumnShape {
  return { header, needs: [name], value: (measures) => measures[name] ?? null, texts, tone: () => "plain" };
}

function counts(values: readonly Value[]): string[] {
  return values.map(countText);
}

function amounts(values: readonly Value[]): string[] {
  const decimals = moneyDecimals(values);
  return values.map((value) => moneyText(value, decimals));
}
