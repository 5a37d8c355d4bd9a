import type { UsageAnswer } from "../../query/usage/answer.ts";
import { LAYERS } from "./api.ts";
import { arranged, COLUMNS, type ColumnName, type Row, rowsOf, sortColumn } from "./breakdown-rows.ts";
import { byId, el, replace } from "./dom.ts";
import { notice } from "./notice.ts";
import { countText, moneyDecimals, moneyText, percentText } from "./numbers.ts";
import { DIMENSIONS, searchOf, type View } from "./view.ts";

/** How many rows are shown until all are asked for. */
const FIRST_ROWS = 25;

/** Where a click on a row of a grouping leads: what one asks next. */
const NEXT: ReadonlyMap<View["by"], View["by"]> = new Map([
  ["model", "team"],
  ["model_group", "model"],
  ["provider", "model"],
  ["team", "key"],
  ["key", "model"],
  ["user", "model"],
  ["end_user", "model"],
]);

export type Breakdown = { show(answer: UsageAnswer, view: View, seesPeople: boolean): void };

/** Makes the table of the groups; how many rows it shows is its own affair. */
export function createBreakdown(): Breakdown {
  let showsAll = false;
  return {
    show(answer, view, seesPeople) {
      const again = () => this.show(answer, view, seesPeople);
      const rows = rowsOf(answer.groups, view.by, view.metric, answer.total[view.metric]);
      const colors = new Map(rows.slice(0, LAYERS).map((row, index) => [row, index]));
      const found = arranged(rows, view);
      const shown = showsAll ? found : found.slice(0, FIRST_ROWS);
      const label = DIMENSIONS.find(([name]) => name === view.by)?.[1] ?? "";
      const decimals = decimalsOf(found, answer);
      const body = shown.map((row) => bodyRow(row, colors.get(row), { view, decimals, seesPeople }));
      const total = rowsOf([answer.total], view.by, view.metric, answer.total[view.metric])[0];
      const table = el(
        "table",
        {},
        el("caption", { class: "hidden" }, `Usage by ${label.toLowerCase()}`),
        el("thead", {}, headRow(label, view)),
        el("tbody", {}, ...body),
        el(
          "tfoot",
          {},
          total
            ? bodyRow({ ...total, name: "Total" }, undefined, { view, decimals, seesPeople: false }, true)
            : undefined,
        ),
      );
      const rest = found.length - shown.length;
      const more = el("button", { type: "button", class: "more", "data-key": "more" }, `Show all ${found.length}`);
      more.addEventListener("click", () => {
        showsAll = true;
        again();
      });
      const nothing = found.length > 0 ? undefined : notice({ isEmpty: true, title: emptyText(answer, view) });
      replace(byId("rows"), nothing ?? table, nothing === undefined && rest > 0 ? more : undefined);
    },
  };
}

function emptyText({ groups, total }: UsageAnswer, { find, metric }: View): string {
  if (groups.length > 0) return `None of ${groups.length} names contains “${find}”`;
  return total[metric] === null ? "Nothing is known of this time" : "Nothing was used in this time";
}

function headRow(label: string, view: View): HTMLElement {
  const sorted = sortColumn(view);
  const head = (column: "name" | ColumnName, text: string) => {
    const isSorted = column === sorted;
    const ascending = isSorted ? !view.ascending : column === "name";
    const arrow = isSorted ? (view.ascending ? " ↑" : " ↓") : "";
    const button = el(
      "a",
      {
        href: searchOf({ ...view, sort: column, ascending }),
        "data-view": true,
        "data-key": `sort ${column}`,
      },
      text + arrow,
    );
    return el(
      "th",
      { scope: "col", "aria-sort": isSorted ? (view.ascending ? "ascending" : "descending") : undefined },
      button,
    );
  };
  return el("tr", {}, head("name", label), ...COLUMNS.map(([name, text]) => head(name, text)));
}

type Decimals = { readonly [C in "cost" | "per_1k"]: number };
type RowStyle = { readonly view: View; readonly decimals: Decimals; readonly seesPeople: boolean };

function bodyRow(
  row: Row,
  color: number | undefined,
  { view, decimals, seesPeople }: RowStyle,
  isTotal = false,
): HTMLElement {
  const swatch = isTotal ? undefined : el("span", { class: "swatch", "data-color": color });
  const name = el("span", { class: "row-name" }, swatch, nameCell(row, view, seesPeople, isTotal));
  const cells = COLUMNS.map(([column]) => {
    const value = row.numbers[column];
    const bar = column === "share" && !isTotal && value !== null ? shareBar(value) : undefined;
    const text = cellText(column, value, decimals);
    const shown = bar ? el("span", { class: "share" }, text) : text;
    return el("td", { "data-column": column, "data-value": value ?? "" }, bar, shown);
  });
  return el("tr", {}, el("th", { scope: "row" }, name), ...cells);
}

/** A name leads on: filtered to it, grouped by what one asks next. */
function nameCell(row: Row, view: View, seesPeople: boolean, isTotal: boolean): HTMLElement {
  if (row.value === undefined || isTotal) return el("span", { class: "name" }, row.name);
  const value = row.value;
  const next = NEXT.get(view.by) ?? "model";
  const isOpen = seesPeople || !["team", "key"].includes(next);
  const filters = [
    ...view.filters.filter(([name, other]) => name !== view.by || other !== value),
    [view.by, value] as const,
  ];
  const href = searchOf({
    ...view,
    by: isOpen ? next : "provider",
    filters,
    find: "",
    sort: undefined,
    ascending: false,
  });
  return el("a", { class: "name", href, title: row.name, "data-view": true, "data-key": `row ${value}` }, row.name);
}

function shareBar(percent: number): HTMLElement {
  const fill = el("span");
  fill.style.width = `${Math.min(100, percent)}%`;
  return el("span", { class: "bar", "aria-hidden": "true" }, fill);
}

function decimalsOf(rows: readonly Row[], { total }: UsageAnswer): Decimals {
  return {
    cost: moneyDecimals([total.cost, ...rows.map(({ numbers }) => numbers.cost)]),
    per_1k: moneyDecimals(rows.map(({ numbers }) => numbers.per_1k)),
  };
}

function cellText(column: ColumnName, value: number | null, decimals: Decimals): string {
  switch (column) {
    case "cost":
    case "per_1k":
      return moneyText(value, decimals[column]);
    case "share":
    case "input_cached_pct":
      return percentText(value);
    default:
      return countText(value);
  }
}
