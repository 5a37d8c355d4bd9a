import type { Grouping } from "../../query/question/usage-question.ts";
import type { UsageAnswer } from "../../query/usage/answer.ts";
import { nameColumns, totalNames } from "../name-columns.ts";
import { valueColumns } from "../value-columns.ts";
import { escapeHtml, place } from "./markup.ts";

/** Every group with its numbers and a bar for its cost, and the total. */
export function groupTable(answer: UsageAnswer, by: readonly Grouping[]): string {
  const names = nameColumns(answer.groups, by);
  const values = valueColumns(answer);
  // A rest of many groups would make every other bar a hair.
  const single = answer.groups.filter(({ folded }) => folded === undefined);
  const most = single.reduce((all, { cost }) => Math.max(all, cost ?? 0), 0);
  const head = [
    ...names.map(({ header }) => `<th scope="col" class="name">${escapeHtml(header)}</th>`),
    ...(most > 0 ? ["<td></td>"] : []),
    ...values.map(({ header }) => `<th scope="col">${escapeHtml(header)}</th>`),
  ];
  const rows = answer.groups.map((group, row) => {
    const cells = [
      ...names.map(({ texts }) => `<th scope="row" class="name"><bdi>${escapeHtml(texts[row] ?? "")}</bdi></th>`),
      ...(most > 0 ? [`<td>${group.folded === undefined ? shareBar((group.cost ?? 0) / most) : ""}</td>`] : []),
      ...values.map(({ cells: texts, tones }) => numberCell(texts[row] ?? "", tones[row] === "red")),
    ];
    return `<tr>${cells.join("")}</tr>`;
  });
  const last = answer.groups.length;
  const foot = [
    ...totalNames(names).map((text) => `<th scope="row" class="name">${text}</th>`),
    ...(most > 0 ? ["<td></td>"] : []),
    ...values.map(({ cells, tones }) => numberCell(cells[last] ?? "", tones[last] === "red")),
  ];
  const nothing = `<tr><td class="name" colspan="${head.length}">No usage in this period</td></tr>`;
  return `<div class="scroll"><table><thead><tr>${head.join("")}</tr></thead>
<tbody>${rows.length > 0 ? rows.join("\n") : nothing}</tbody>
<tfoot><tr>${foot.join("")}</tr></tfoot></table></div>`;
}

function numberCell(text: string, isBad: boolean): string {
  return `<td${isBad ? ' class="bad"' : ""}>${escapeHtml(text)}</td>`;
}

function shareBar(share: number): string {
  const width = place(Math.max(0, Math.min(1, share)) * 100);
  return `<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" width="100" height="8"/><rect class="cost" width="${width}" height="8"/></svg>`;
}
