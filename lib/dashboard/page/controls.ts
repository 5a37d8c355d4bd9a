import { byId, el, replace } from "./dom.ts";
import { DIMENSIONS, isSameRange, METRICS, PEOPLE, type Range, searchOf, type View } from "./view.ts";

const RANGES: readonly (readonly [string, Range])[] = [
  ["Today", { kind: "period", period: "today" }],
  ["Yesterday", { kind: "period", period: "yesterday" }],
  ["Week", { kind: "period", period: "week" }],
  ["Month", { kind: "period", period: "month" }],
  ["24 h", { kind: "last", last: "24h" }],
  ["7 d", { kind: "last", last: "7d" }],
  ["30 d", { kind: "last", last: "30d" }],
  ["90 d", { kind: "last", last: "90d" }],
  ["1 y", { kind: "last", last: "365d" }],
];

/** Shows what can be chosen: time range, measure, grouping, and the filters that hold. `go` shows another view. */
export function showControls(view: View, go: (view: View) => void): void {
  const ranges = RANGES.map(([text, range]) => choice(text, { ...view, range }, isSameRange(view.range, range)));
  replace(byId("ranges"), ...ranges);
  const metrics = METRICS.map(([metric, text]) =>
    choice(text, { ...view, metric, sort: undefined, ascending: false }, view.metric === metric),
  );
  replace(byId("metrics"), ...metrics);
  showGrouping(view, go);
  const chips = view.filters.map((filter) => {
    const [name, value] = filter;
    const rest = view.filters.filter((other) => other !== filter);
    const attributes = {
      href: searchOf({ ...view, filters: rest }),
      "data-view": true,
      "data-key": `chip ${name} ${value}`,
    };
    const label = DIMENSIONS.find(([dimension]) => dimension === name)?.[1] ?? name;
    return el("a", attributes, `${label}: ${value}`, el("span", { "aria-label": "remove this filter" }, "✕"));
  });
  replace(byId("chips"), ...chips);
}

function choice(text: string, view: View, isCurrent: boolean): HTMLElement {
  const attributes = { href: searchOf(view), "data-view": true, "data-key": `choice ${text}` };
  return el("a", { ...attributes, "aria-current": isCurrent ? "true" : undefined }, text);
}

/** Says which groupings the server allows; `why` is its reason where those that name people are not among them. */
export function showPeople(why: string | undefined): void {
  for (const option of byId("by").querySelectorAll("option")) {
    const isPeople = PEOPLE.some((name) => name === option.value);
    const label = DIMENSIONS.find(([name]) => name === option.value)?.[1].toLowerCase() ?? option.value;
    option.disabled = isPeople && why !== undefined;
    option.textContent = option.disabled ? `${label} (needs a key)` : label;
  }
  const place = byId("people");
  place.hidden = why === undefined;
  place.textContent = why === undefined ? "" : `By team, key and user: ${why}`;
}

function showGrouping(view: View, go: (view: View) => void): void {
  const select = byId("by");
  if (!(select instanceof HTMLSelectElement)) return;
  if (select.options.length === 0) {
    select.append(...DIMENSIONS.map(([name, label]) => el("option", { value: name }, label.toLowerCase())));
  }
  select.value = view.by;
  select.onchange = () => {
    const by = DIMENSIONS.find(([name]) => name === select.value)?.[0];
    if (by) go({ ...view, by });
  };
}
