import type { ExpositionFormat } from "../exposition-format.ts";
import type { LabelSet } from "../label-set.ts";
import type { ProblemReason } from "../page.ts";
import { Cursor } from "./cursor.ts";
import { type LabelText, parseLabelText } from "./label-text.ts";
import { parseNumber } from "./number.ts";

type BadLine = { readonly kind: "bad"; readonly reason: ProblemReason };

type SampleLine =
  | {
      readonly kind: "sample";
      readonly name: string;
      readonly labels: LabelSet;
      readonly value: number;
      readonly hasExemplar: boolean;
    }
  | BadLine;

const INTEGER = /^[+-]?\d+$/;

/**
 * Reads `name{labels} value [timestamp] [# {labels} value [timestamp]]`, with blanks wherever prometheus/common's
 * `expfmt` takes them; timestamps and exemplars are checked and dropped.
 */
export function parseSampleLine(text: string, format: ExpositionFormat): SampleLine {
  const cursor = new Cursor(text);
  const bareName = cursor.takeMetricName();
  const hasLabels = cursor.startsWith("{");
  if (!hasLabels && !cursor.isAtEnd && !cursor.isAfterBlank) return bad("bad_name");
  const parsed = hasLabels ? takeLabels(cursor) : parseLabelText("");
  if (parsed === undefined || (bareName !== undefined && parsed.name !== undefined)) return bad("bad_labels");
  const name = bareName ?? parsed.name;
  if (name === undefined) return bad("bad_name");
  const value = parseNumber(cursor.takeWord());
  if (value === undefined) return bad("bad_value");
  if (!takeTimestamp(cursor, format)) return bad("bad_timestamp");
  const hasExemplar = cursor.take("#");
  if (hasExemplar && (format === "text" || !takeExemplar(cursor))) return bad("bad_exemplar");
  return cursor.isAtEnd ? { kind: "sample", name, labels: parsed.labels, value, hasExemplar } : bad("trailing_text");
}

function takeLabels(cursor: Cursor): LabelText | undefined {
  const text = cursor.takeBraced();
  return text === undefined ? undefined : parseLabelText(text);
}

/** True also where there is none: milliseconds in the text format, seconds with a fraction in OpenMetrics. */
function takeTimestamp(cursor: Cursor, format: ExpositionFormat): boolean {
  if (cursor.isAtEnd || cursor.startsWith("#")) return true;
  const word = cursor.takeWord();
  return format === "text" ? INTEGER.test(word) : Number.isFinite(parseNumber(word));
}

function takeExemplar(cursor: Cursor): boolean {
  const parsed = takeLabels(cursor);
  const hasValue = parseNumber(cursor.takeWord()) !== undefined;
  return parsed !== undefined && parsed.name === undefined && hasValue && takeTimestamp(cursor, "openmetrics");
}

function bad(reason: ProblemReason): BadLine {
  return { kind: "bad", reason };
}
