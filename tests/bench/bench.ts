/** A figure beside what it may be; without a budget it only stands there to compare with. */
export type Figure = { readonly measured: string; readonly budget?: string; readonly isMet?: boolean };

/** A line of the table: a job, its figures, and what else was seen of it. */
export type Line = { readonly job: string; readonly figures: readonly Figure[]; readonly beside: string };

/** What every measurement is given. */
export type Bench = {
  /** The compiled program. */
  readonly binary: string;
  /** A folder of the run's own, which goes with it. */
  readonly folder: string;
  /** How often a whole process is run. */
  readonly rounds: number;
  readonly show: (job: string, figures: readonly Figure[], beside?: string) => void;
};

/** A figure that must not be over its budget. */
export function atMost(budget: number, measured: number, unit: string): Figure {
  return { ...figure(measured, unit), budget: `${amount(budget)} ${unit}`, isMet: measured <= budget };
}

/** A figure that must reach its budget. */
export function atLeast(budget: number, measured: number, unit: string): Figure {
  return { ...figure(measured, unit), budget: `${amount(budget)} ${unit}`, isMet: measured >= budget };
}

/** A figure without a budget. */
export function figure(measured: number, unit: string): Figure {
  return { measured: `${amount(measured)} ${unit}` };
}

const HEADER = ["job", "budget", "measured", "met", "beside"];

/** The lines as a table of Markdown whose columns stand under each other. */
export function tableOf(lines: readonly Line[]): string {
  const rows = [HEADER, ...lines.map(cellsOf)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [header, ...body] = rows.map((row) => rowText(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [header, rowText(widths.map((width) => "-".repeat(width))), ...body].map((line) => `${line}\n`).join("");
}

/** A line as it is told while the run goes on. */
export function lineText({ job, figures, beside }: Line): string {
  const texts = figures.map(({ measured, budget, isMet }) =>
    budget === undefined ? measured : `${measured} (${isMet ? "within" : "BEYOND"} ${budget})`,
  );
  return `${job}: ${[...texts, ...(beside === "" ? [] : [beside])].join(", ")}`;
}

function cellsOf({ job, figures, beside }: Line): string[] {
  const budgets = figures.flatMap(({ budget }) => budget ?? []);
  const judged = figures.flatMap(({ isMet }) => isMet ?? []);
  const met = judged.length === 0 ? "" : judged.every(Boolean) ? "yes" : "NO";
  return [job, budgets.join(", "), figures.map(({ measured }) => measured).join(", "), met, beside];
}

function rowText(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Three digits that count, blanks between thousands. */
function amount(value: number): string {
  const rounded = value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return String(rounded).replace(/\B(?=(\d{3})+$)/g, rounded >= 10_000 ? " " : "");
}
