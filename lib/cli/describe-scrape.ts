import type { CounterName } from "../litellm/metrics.ts";
import type { ScrapeFailure } from "../scrape/failure.ts";
import type { ScrapeOutcome } from "../scrape/run-scrape.ts";

type Booked = Extract<ScrapeOutcome, { kind: "booked" }>;

/** A booked scrape as one line: what grew and how big the page was. */
export function bookedLine({ commit, page }: Booked): string {
  if (commit.kind === "outdated") return "Nothing booked: another process has booked a newer page";
  const size = `${Math.ceil(page.bytes / 1000)} kB page, ${commit.series} series`;
  const grown = [
    count(commit.amounts, "requests", "request"),
    count(commit.amounts, "failed_requests", "failed", ""),
    count(commit.amounts, "tokens", "token"),
    money(commit.amounts.get("cost") ?? 0),
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
export function bookedWarnings({ commit, page }: Booked, source: string): string[] {
  const warnings: string[] = [];
  const [problem] = page.skipped.first;
  if (problem) {
    warnings.push(
      `Skipped ${page.skipped.count} bad ${page.skipped.count === 1 ? "line" : "lines"} of ${source}, the first is line ${problem.line} (${problem.reason}): ${problem.excerpt}`,
    );
  }
  if (commit.kind === "outdated") return warnings;
  if (commit.isReset) warnings.push("LiteLLM restarted: its counters began anew, what they counted since is booked");
  if (commit.movedHere) warnings.push(`${source} is a LiteLLM that is known under another URL: its numbers go on`);
  const refused = commit.cases.get("refused") ?? 0;
  if (refused > 0) warnings.push(`Refused ${refused} values that no counter can have (NaN, infinite or negative)`);
  return warnings;
}

/** A failure as one line, with what to do. */
export function failureLine({ message, hint }: ScrapeFailure): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}

function count(amounts: ReadonlyMap<CounterName, number>, counter: CounterName, noun: string, plural = "s"): string {
  const amount = amounts.get(counter) ?? 0;
  if (amount === 0) return "";
  return `${amount.toLocaleString("en-US")} ${noun}${amount === 1 ? "" : plural}`;
}

function money(cost: number): string {
  return cost === 0 ? "" : `$${Number(cost.toPrecision(6))}`;
}
