import type { Grouping } from "../../query/question/usage-question.ts";
import type { UsageAnswer } from "../../query/usage/answer.ts";
import { ageText, readingVerb } from "../age-text.ts";
import { contextPhrases } from "../context-phrases.ts";
import { moneyText } from "../money-text.ts";
import { notesOn } from "../notes.ts";
import { paintFor } from "../paint.ts";
import { percentText } from "../percent-text.ts";
import { periodDates, periodName } from "../period-text.ts";
import { safeText } from "../safe-text.ts";
import { valueColumns } from "../value-columns.ts";
import { costChart } from "./cost-chart.ts";
import { groupTable } from "./group-table.ts";
import { escapeHtml, place } from "./markup.ts";
import { STYLE } from "./style.ts";

/** The columns of the table as the tiles above it call them. */
const TILES: ReadonlyMap<string, string> = new Map([
  ["COST", "Cost"],
  ["REQ", "Requests"],
  ["FAIL", "Failed"],
  ["INPUT", "Input tokens"],
  ["OUTPUT", "Output tokens"],
  ["CACHED", "Input from cache"],
  ["$/1K REQ", "Per 1,000 requests"],
]);

/**
 * A usage answer as one HTML file: no script, nothing loaded from elsewhere, charts as inline SVG. Names are foreign
 * text and come out harmless.
 */
export function usageHtml(
  answer: UsageAnswer,
  options: {
    readonly by: readonly Grouping[];
    readonly now: number;
    readonly newestAt: number | undefined;
    readonly notes: readonly string[];
  },
): string {
  const { by, now, newestAt } = options;
  const { period, budget } = answer;
  const name = safeText(periodName(period) ?? "");
  const dates = `${safeText(periodDates(period))} (${safeText(period.timezone)})`;
  const title = ["LiteLLM usage", ...(name === "" ? [] : [name])].join(", ");
  const verb = readingVerb(answer);
  const age = newestAt === undefined ? `not ${verb} yet` : `${verb} ${ageText(now - newestAt)}`;
  const context = contextPhrases(answer, paintFor(false)).map((words) => `<li>${escapeHtml(words.join(" "))}</li>`);
  const notes = notesOn({ answer, notes: options.notes }).map(
    (note) => `<li class="warn">${escapeHtml(safeText(note))}</li>`,
  );
  const chart = costChart(answer.steps);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(`${title}: ${moneyText(answer.total.cost)}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><h1>${escapeHtml(title)}</h1><p>${escapeHtml(`${dates}, ${age}`)}</p></header>
${tiles(answer)}
${context.length + notes.length > 0 ? `<ul>${[...context, ...notes].join("")}</ul>` : ""}
${budget ? budgetSection(budget) : ""}
${chart === "" ? "" : `<section><h2>Cost over time</h2>${chart}</section>`}
<section class="groups"><h2>${escapeHtml(`By ${by.join(" and ").replaceAll("_", " ")}`)}</h2>
${groupTable(answer, by)}
</section>
<footer>litellm-pulse, ${escapeHtml(new Date(now).toISOString())}</footer>
</main>
</body>
</html>
`;
}

function tiles(answer: UsageAnswer): string {
  const columns = new Map(valueColumns(answer).map((column) => [column.header, column.cells.at(-1) ?? ""]));
  const shown = [...TILES].flatMap(([header, label]) => {
    const text = columns.get(header);
    return text === undefined ? [] : [`<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}</dd></div>`];
  });
  return `<dl>${shown.join("")}</dl>`;
}

function budgetSection(budget: NonNullable<UsageAnswer["budget"]>): string {
  const used = budget.used_ratio ?? 0;
  const bar = place(Math.min(1, used) * 100);
  const words = `${moneyText(budget.spent)} of ${moneyText(budget.limit)}, ${percentText(used * 100)} used`;
  return `<section><h2>${escapeHtml(`The ${budget.window} budget`)}</h2>
<p${budget.passed ? ' class="bad"' : ""}>${escapeHtml(words)}</p>
<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" width="100" height="8"/><rect class="cost" width="${bar}" height="8"/></svg></section>`;
}
