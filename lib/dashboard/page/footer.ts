import { byId, el, replace } from "./dom.ts";
import type { Loaded } from "./load.ts";
import { countText, moneyText } from "./numbers.ts";
import { momentText } from "./wall-time.ts";

/** Shows what everything above rests on, and where the same numbers are for programs. */
export function showFooter({ summary, chart, coverage }: Loaded): void {
  const parts: HTMLElement[] = [];
  if (summary.kind === "answer") {
    const { lifetime, source } = summary.body;
    if (lifetime.since !== null) {
      const { since, cost, requests } = lifetime;
      parts.push(el("span", {}, `${moneyText(cost)} and ${countText(requests)} requests since ${momentText(since)}`));
    }
    parts.push(el("span", {}, `Read from ${source}`));
  }
  const zone =
    coverage.kind === "answer"
      ? coverage.body.period.timezone
      : chart.kind === "answer"
        ? chart.body.period.timezone
        : undefined;
  if (zone !== undefined) parts.push(el("span", {}, `Times in ${zone}`));
  const links = [
    ["api/v1/usage", "Usage as JSON"],
    ["metrics", "Prometheus metrics"],
    ["health", "Health"],
  ] as const;
  parts.push(...links.map(([href, text]) => el("a", { href }, text)));
  replace(byId("foot"), ...parts);
}
