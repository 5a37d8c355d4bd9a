import type { Grouping } from "../query/question/usage-question.ts";
import type { UsageGroup } from "../query/usage/groups.ts";
import { countText } from "./count-text.ts";
import { widest } from "./pad.ts";
import { safeText } from "./safe-text.ts";
import { wallTimeOf } from "./wall-time.ts";

/** A column of what the answer is grouped by: one text for each group. */
export type NameColumn = {
  readonly header: string;
  readonly texts: readonly string[];
  readonly width: number;
  /** The fewest cells that it may be shortened to; times and the number of folded groups are never shortened. */
  readonly least: number;
};

const LEAST_NAME = 12;
const TOTAL = "TOTAL";

/** The columns that name a group; the first has room for TOTAL. */
export function nameColumns(groups: readonly UsageGroup[], by: readonly Grouping[]): NameColumn[] {
  return by.map((grouping, index) => {
    const header = grouping.replaceAll("_", " ").toUpperCase();
    const hours = grouping === "hour" ? hourTexts(groups.map((group) => group.hour ?? null)) : [];
    const texts = groups.map((group, row) => {
      if (group.folded !== undefined) return index === 0 ? foldedText(group.folded) : "";
      return hours[row] ?? nameText(group[grouping]);
    });
    const width = widest([header, ...texts, ...(index === 0 ? [TOTAL] : [])]);
    const isTime = grouping === "day" || grouping === "hour";
    const rest = groups.map(({ folded }) => (folded === undefined || index > 0 ? "" : foldedText(folded)));
    const least = isTime ? width : Math.min(width, Math.max(LEAST_NAME, widest([header, ...rest])));
    return { header, texts, width, least };
  });
}

/** The texts of the line of totals under the columns of names. */
export function totalNames(columns: readonly NameColumn[]): string[] {
  return columns.map((_, index) => (index === 0 ? TOTAL : ""));
}

function foldedText(folded: number): string {
  return `other (${countText(folded)})`;
}

function nameText(name: string | null | undefined): string {
  if (name === null || name === undefined) return "(none)";
  return safeText(name) || "(empty)";
}

/** Hours as `2026-11-21 14:00`, with the offset from UTC where it changes: then an hour of the wall clock comes twice. */
function hourTexts(hours: readonly (string | null)[]): (string | undefined)[] {
  const times = hours.map((hour) => (hour === null ? undefined : wallTimeOf(hour)));
  const hasChange = new Set(times.flatMap((time) => time?.offset ?? [])).size > 1;
  return times.map((time, index) => {
    const date = hours[index]?.slice(0, 10);
    return time && `${date} ${time.clock}${hasChange ? time.offset : ""}`;
  });
}
