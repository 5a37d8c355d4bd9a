import { expect } from "bun:test";
import type { Grouping } from "../../lib/query/question/usage-question.ts";
import type { UsageAnswer } from "../../lib/query/usage/answer.ts";
import type { Measures } from "../../lib/query/usage/measures.ts";

type Column = { readonly header: string; readonly end: number };

const VALUE_HEADER = /(?<= )(?:REQ|FAIL|INPUT|OUTPUT|CACHED|COST|\$\/1K REQ)(?= |$)/g;

/** Holds a table drawn with box characters against its answer, by formatting rules written a second time. */
export function expectShown(table: string, answer: UsageAnswer, by: readonly Grouping[]): void {
  const block = table.split("\n\n")[1]?.trimEnd().split("\n") ?? [];
  const names = by.map((grouping) => grouping.replaceAll("_", " ").toUpperCase());
  const header = block.find((line) => line.search(VALUE_HEADER) >= 0) ?? "";
  const columns = columnsOf(header);
  expect(columns.length).toBeGreaterThan(0);
  expect(block.at(-1)?.length).toBe(header.length);
  const isStacked = !names.every((name) => header.includes(name));
  if (isStacked) {
    expectTokens(block.slice(block.indexOf(header) + 1), answer, columns);
    return;
  }
  const rows = block.slice(1).filter((line) => !/^ ─+$/.test(line));
  const measured: readonly Measures[] = [...answer.groups, answer.total];
  const lines = answer.groups.length === 0 ? rows.slice(1) : rows;
  expect(lines.length).toBe(measured.length);
  for (const line of [...lines, ...block.filter((row) => /^ ─+$/.test(row))]) {
    expect(Bun.stringWidth(line)).toBe(header.length);
  }
  for (const [index, column] of columns.entries()) {
    const texts = lines.map((line) => cellAt(line, header.length, columns[index - 1]?.end, column.end));
    const most = largest(column.header, measured);
    for (const [row, text] of texts.entries()) expectCell(text, column.header, measured[row], most);
    const decimals = texts.filter((text) => text.includes(".")).map((text) => text.split(".")[1]?.length);
    expect(new Set(decimals).size).toBeLessThanOrEqual(1);
  }
}

function columnsOf(header: string): Column[] {
  return [...header.matchAll(VALUE_HEADER)].map((match) => ({
    header: match[0],
    end: match.index + match[0].length,
  }));
}

/** The text between the ends of two columns. Values are ASCII and names are not, so that places count from the line's end. */
function cellAt(line: string, length: number, from: number | undefined, end: number): string {
  const upTo = line.slice(0, line.length - (length - end));
  const whole = from === undefined ? upTo : upTo.slice(upTo.length - (end - from));
  return whole.split(/ {2,}/).at(-1) ?? "";
}

function expectTokens(lines: readonly string[], answer: UsageAnswer, columns: readonly Column[]): void {
  const tokens = lines.flatMap((line) => line.trim().split(/ {2,}/));
  for (const measured of [...answer.groups, answer.total]) {
    for (const { header } of columns) {
      const most = largest(header, [...answer.groups, answer.total]);
      expect(tokens.some((token) => isCell(token, header, measured, most))).toBe(true);
    }
  }
}

function expectCell(text: string, header: string, measured: Measures | undefined, most: number): void {
  if (!measured || !isCell(text, header, measured, most)) {
    throw new Error(`${header} shows "${text}" for ${JSON.stringify(measured)}`);
  }
}

function isCell(text: string, header: string, measured: Measures, most: number): boolean {
  switch (header) {
    case "REQ":
      return text === count(measured.requests);
    case "FAIL":
      return text === count(measured.failed_requests);
    case "INPUT":
      return text === count(measured.input_tokens);
    case "OUTPUT":
      return text === count(measured.output_tokens);
    case "CACHED":
      return isPercent(text, measured.input_cached_pct);
    case "COST":
      return isMoney(text, measured.cost, most);
    default:
      return isMoney(text, per1000(measured), most);
  }
}

function per1000({ cost, requests }: Measures): number | null {
  return cost === null || !requests ? null : (cost * 1000) / requests;
}

/** The largest amount of a column of money. */
function largest(header: string, rows: readonly Measures[]): number {
  return Math.max(0, ...rows.map((row) => (header === "COST" ? row.cost : per1000(row)) ?? 0));
}

function count(value: number | null): string {
  return value === null ? "-" : value.toLocaleString("en-US");
}

function isPercent(text: string, value: number | null): boolean {
  if (value === null) return text === "-";
  if (text === "<1 %") return value > 0 && value < 1;
  if (text === ">99 %") return value > 99 && value < 100;
  return /^\d+ %$/.test(text) && Math.abs(Number(text.slice(0, -2)) - value) <= 0.5;
}

/** `most` is the largest amount of the column: with it a double has only so many decimals. */
function isMoney(text: string, value: number | null, most: number): boolean {
  if (value === null) return text === "-";
  const meant = 16 - String(Math.trunc(most)).length;
  if (text.startsWith("<$0.")) return value > 0 && value < Number(text.slice(2)) && text.length - 4 >= meant;
  const [, whole = "", decimals = ""] = /^\$(\d{1,3}(?:,\d{3})*)\.(\d{2,9})$/.exec(text) ?? [];
  const shown = Number(`${whole.replaceAll(",", "")}.${decimals}`);
  const step = 10 ** -decimals.length;
  if (Math.abs(shown - value) > step * 0.501 + value * 1e-12) return false;
  return value >= 1 || value < 1e-7 || decimals.length >= meant || Math.abs(shown - value) <= value * 0.00501;
}
