import type { CounterName } from "../../litellm/metrics.ts";
import { counted, countText } from "../../report/count-text.ts";
import { moneyText } from "../../report/money-text.ts";
import type { ScrapeFailure } from "../../scrape/failure.ts";
import type { BookedScrape } from "../../scrape/run-scrape.ts";

/** The warning of a restart, which is an event and no state that lasts. */
export const RESTARTED = "LiteLLM restarted: its counters began anew, what they counted since is booked";

/** A booked scrape as one line: what grew and how big the page was. */
export function bookedLine({ commit, page }: BookedScrape): string {
  if (commit.kind === "outdated") return "Nothing booked: another process has booked a newer page";
  const size = `${Math.ceil(page.bytes / 1000)} kB page, ${commit.series} series`;
  if (commit.turnsBegan) return `Took back what the falls of workers in turn had booked (${size})`;
  const amountOf = (counter: CounterName): number => commit.amounts.get(counter) ?? 0;
  const grown = [
    amountOf("requests") > 0 ? counted(amountOf("requests"), "request") : "",
    amountOf("failed_requests") > 0 ? `${countText(amountOf("failed_requests"))} failed` : "",
    amountOf("tokens") > 0 ? counted(amountOf("tokens"), "token") : "",
    amountOf("cost") > 0 ? moneyText(amountOf("cost")) : "",
  ].filter((part) => part !== "");
  const isBaseline = commit.page === 1;
  const what = isBaseline
    ? "First page: counting begins here"
    : grown.length > 0
      ? `Booked ${grown.join(", ")}`
      : "Nothing new";
  return `${what} (${size})`;
}

/** What is remarkable about a booked scrape, each as one line. */
export function bookedWarnings({ commit, page }: BookedScrape, source: string): string[] {
  const warnings: string[] = [];
  const [problem] = page.skipped.first;
  if (problem) {
    const lines = `${counted(page.skipped.count, "bad line")} of ${source}`;
    warnings.push(`Skipped ${lines}, the first is line ${problem.line} (${problem.reason}): ${problem.excerpt}`);
  }
  if (commit.kind === "outdated") return warnings;
  if (commit.isReset) warnings.push(RESTARTED);
  if (commit.movedHere) warnings.push(`${source} is a LiteLLM that is known under another URL: its numbers go on`);
  const stale = commit.cases.get("stale") ?? 0;
  if (stale > 0) {
    warnings.push(
      `${source} showed ${counted(stale, "counter")} lower than before without a restart, so nothing of it was booked: is there a cache before LiteLLM`,
    );
  }
  const refused = commit.cases.get("refused") ?? 0;
  if (refused > 0) {
    warnings.push(`Refused ${counted(refused, "value")} that no counter can have (NaN, infinite or negative)`);
  }
  return warnings;
}

/** A failure as one line, with what to do. */
export function failureLine({ message, hint }: ScrapeFailure): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}
