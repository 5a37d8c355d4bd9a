import { COMPUTED, COUNTERS } from "../litellm/metrics.ts";
import type { Grouping } from "../query/question/usage-question.ts";
import type { UsageAnswer } from "../query/usage/answer.ts";
import { LATENCIES } from "../query/usage/measures.ts";

const LINE_END = "\r\n";

/**
 * The groups of an answer as CSV (RFC 4180) under one header line: what they are grouped by, every measure, and in
 * `folded` how many groups a rest line stands for. Null is an empty field. A name that a spreadsheet would take for a
 * formula gets an apostrophe in front.
 */
export function usageCsv(answer: UsageAnswer, by: readonly Grouping[]): string {
  const latency = answer.source === "ledger" ? LATENCIES : [];
  const measures = [...COUNTERS, ...COMPUTED.map(({ name }) => name), ...latency];
  const rows = answer.groups.map((group) => [
    ...by.map((grouping) => textField(group[grouping] ?? null)),
    ...measures.map((name) => numberField(group[name] ?? null)),
    numberField(group.folded ?? null),
  ]);
  return [[...by, ...measures, "folded"], ...rows].map((fields) => `${fields.join(",")}${LINE_END}`).join("");
}

function numberField(value: number | null): string {
  return value === null || !Number.isFinite(value) ? "" : String(value);
}

function textField(value: string | null): string {
  if (value === null) return "";
  // Control characters other than tab and line ends mean nothing in a name and would steer a terminal.
  const text = value.toWellFormed().replace(/(?![\t\r\n])\p{Cc}/gu, "\ufffd");
  const inert = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
