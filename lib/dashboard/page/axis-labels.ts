import { clockText, MONTHS, type WallTime, wallTime } from "./wall-time.ts";

/** A label of the time axis and the step under which it stands. */
export type AxisLabel = { readonly index: number; readonly text: string };

/** The beginning of a step; a day may begin after a midnight that daylight saving time skips. */
type Start = WallTime & { readonly beginsDay: boolean };

/** Whether a step may bear a label. */
type Rule = (start: Start) => boolean;

const every =
  (hours: number): Rule =>
  (start) =>
    start.beginsDay || (start.minute === 0 && start.hour % hours === 0);
const day =
  (fits: Rule): Rule =>
  (start) =>
    start.beginsDay && fits(start);

/** From the finest to the coarsest. */
const RULES: readonly Rule[] = [
  every(1),
  every(3),
  every(6),
  every(12),
  day(() => true),
  day((time) => time.day % 2 === 1 && time.day < 31),
  day((time) => time.day % 5 === 1 && time.day < 31),
  day(({ weekday }) => weekday === 1),
  day((time) => time.day === 1),
  day((time) => time.day === 1 && time.month % 3 === 1),
  day((time) => time.day === 1 && time.month === 1),
];

/**
 * The labels of the time axis for steps that begin at these ISO texts: at round hours, days, Mondays, firsts of the month,
 * whatever is dense but at most `most`.
 */
export function axisLabels(starts: readonly string[], most: number): readonly AxisLabel[] {
  const times = starts
    .map(wallTime)
    .map((time, index, all) => ({ ...time, beginsDay: beginsDay(time, all[index - 1]) }));
  for (const fits of RULES) {
    const found = times.flatMap((time, index) => (fits(time) ? [{ index, text: text(time) }] : []));
    if (found.length > 0 && found.length <= most) return found;
  }
  const [first] = times;
  return first ? [{ index: 0, text: text(first) }] : [];
}

function beginsDay(time: WallTime, before: WallTime | undefined): boolean {
  return before ? time.day !== before.day : time.hour === 0 && time.minute === 0;
}

function text(start: Start): string {
  if (!start.beginsDay) return clockText(start);
  const month = MONTHS[start.month - 1];
  return start.day === 1 && start.month === 1 ? `${month} ${start.year}` : `${start.day} ${month}`;
}
