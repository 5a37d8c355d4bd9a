import type { UsageAnswer } from "../../query/usage/answer.ts";
import type { Asked } from "./api.ts";
import { byId, el, replace } from "./dom.ts";
import { CARDS, type Loaded } from "./load.ts";
import { meter } from "./meter.ts";
import { compactText, countText, moneyText, percentText, UNKNOWN } from "./numbers.ts";
import { spark } from "./spark.ts";
import { isSameRange, type Range, searchOf, type View } from "./view.ts";
import { dayText, MONTHS, wallTime } from "./wall-time.ts";

type CardPeriod = (typeof CARDS)[number];
const TITLES: { readonly [P in CardPeriod]: string } = { today: "Today", week: "This week", month: "This month" };
const BEFORE: { readonly [P in CardPeriod]: string } = {
  today: "yesterday by this time",
  week: "last week by this time",
  month: "last month by this time",
};

/** Shows today, the week and the month; each is a link that shows the period in the chart. */
export function showCards({ cards, view }: Loaded): void {
  replace(byId("cards"), ...CARDS.map((period, index) => card(period, cards[index], view)));
}

function card(period: CardPeriod, asked: Asked<UsageAnswer> | undefined, view: View): HTMLElement {
  const range: Range = { kind: "period", period };
  const href = searchOf({ ...view, range });
  const link = el("a", { href, "data-view": true, "data-key": `card ${period}` }, TITLES[period]);
  const isCurrent = isSameRange(view.range, range);
  if (isCurrent) link.setAttribute("aria-current", "true");
  const attributes = { class: "card", "data-current": isCurrent };
  if (asked?.kind !== "answer") {
    const why = asked && "error" in asked ? asked.error : "Not known";
    return el(
      "article",
      attributes,
      el("h2", {}, link),
      el("p", { class: "big" }, UNKNOWN),
      el("p", { class: "fact" }, why),
    );
  }
  const { body } = asked;
  const { total } = body;
  return el(
    "article",
    attributes,
    el("h2", {}, link, el("span", {}, whenText(period, body.period.from))),
    el("p", { class: "big", "data-value": total.cost ?? "" }, moneyText(total.cost)),
    change(body, BEFORE[period]),
    total.requests === null && total.tokens === null
      ? undefined
      : el(
          "p",
          { class: "fact" },
          `${countText(total.requests)} request${total.requests === 1 ? "" : "s"}, ${tokensText(total.tokens)} tokens`,
        ),
    heading(body),
    meter(body),
    spark(body.steps.map(({ cost }) => cost)),
  );
}

function whenText(period: CardPeriod, from: string): string {
  const time = wallTime(from);
  if (period === "month") return `${MONTHS[time.month - 1]} ${time.year}`;
  return period === "week" ? `since ${dayText(time)}` : dayText(time);
}

/** How the spend differs from that of the period before at the same moment. */
function change({ total, previous }: UsageAnswer, before: string): HTMLElement {
  if (total.cost === null || previous.cost === null) return el("p", { class: "fact" }, `Nothing known of ${before}`);
  const percent = (total.cost / previous.cost - 1) * 100;
  const then = `${moneyText(previous.cost)} ${before}`;
  if (!Number.isFinite(percent) || Math.abs(percent) < 0.5) {
    return el("p", { class: "fact" }, percent === 0 || Number.isFinite(percent) ? `About the same as ${then}` : then);
  }
  const isUp = percent > 0;
  const spoken = el("span", { class: "hidden" }, isUp ? "up" : "down");
  const arrow = el("span", { "aria-hidden": "true" }, isUp ? "▲" : "▼");
  const mark = el("b", { class: isUp ? "up" : "down" }, arrow, spoken, ` ${percentText(Math.abs(percent))}`);
  return el("p", { class: "fact" }, mark, ` vs ${then}`);
}

/** Where the spend is heading by the end of the period. */
function heading({ forecast }: UsageAnswer): HTMLElement | undefined {
  const { cost, low, high } = forecast;
  if (cost === null) return undefined;
  const range = low === null || high === null || low === high ? "" : ` (${moneyText(low)} to ${moneyText(high)})`;
  return el("p", { class: "fact" }, "Heading for ", el("b", {}, moneyText(cost)), range);
}

function tokensText(tokens: number | null): string {
  return tokens === null ? UNKNOWN : compactText(tokens);
}
