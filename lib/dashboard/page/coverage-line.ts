import type { CoverageAnswer } from "../../query/coverage-answer.ts";
import { byId, el, replace } from "./dom.ts";
import { percentText } from "./numbers.ts";
import { momentText, stretchText } from "./wall-time.ts";

const MOST_NAMED = 3;
/** Shorter gaps, as a part of the range, are drawn but not named. */
const LEAST_GAP = 0.002;

/** Says in words what the numbers of the chart rest on; its marks are those that the chart draws. */
export function showCoverage(answer: CoverageAnswer | undefined): void {
  const place = byId("coverage");
  if (!answer || answer.coverage.from === null) {
    replace(place);
    return;
  }
  const { observed_ratio: observed, estimated_ratio: estimated } = answer.coverage;
  const parts = [item("observed", `observed ${percentText(observed * 100)} of the time`)];
  if (estimated > 0)
    parts.push(item("estimated", `estimated ${percentText(estimated * 100)}: scrapes over 2 min apart`));
  const { restarts, period } = answer;
  const least = (Date.parse(period.to) - Date.parse(period.from)) * LEAST_GAP;
  const gaps = answer.gaps.filter(({ from, to }) => Date.parse(to) - Date.parse(from) >= least);
  if (gaps.length > 0) {
    const named = gaps.slice(-MOST_NAMED).map(({ from, to }) => stretchText(from, to));
    const more = gaps.length > MOST_NAMED ? ` and ${gaps.length - MOST_NAMED} more` : "";
    parts.push(item("gap", `not observed ${named.join("; ")}${more}`));
  }
  if (restarts.length > 0) {
    const named =
      restarts.length === 1
        ? `restart of LiteLLM ${momentText(restarts[0] ?? "")}`
        : `${restarts.length} restarts of LiteLLM`;
    parts.push(item("restart", named));
  }
  replace(place, ...parts);
}

function item(kind: string, text: string): HTMLElement {
  return el("span", {}, el("span", { class: "mark", "data-kind": kind, "aria-hidden": "true" }), text);
}
