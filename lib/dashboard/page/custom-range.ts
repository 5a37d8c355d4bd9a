import { byId, el, replace } from "./dom.ts";
import type { View } from "./view.ts";
import { momentText } from "./wall-time.ts";

/** Shows the form for a stretch of days of one's own. It stays as it is while it is open. */
export function showCustomRange(
  view: View,
  shown: { readonly from: string; readonly to: string } | undefined,
  go: (view: View) => void,
): void {
  const place = byId("custom");
  if (place.querySelector("details[open]")) return;
  const { range } = view;
  const from = el("input", { type: "date", required: true, value: shown?.from.slice(0, 10) });
  const until = el("input", { type: "date", value: shown?.to.slice(0, 10) });
  const form = el(
    "form",
    {},
    el("label", {}, "From", from),
    el("label", {}, "Through", until),
    el("button", { class: "main" }, "Show"),
  );
  const summary = el("summary", { "data-key": "custom" }, rangeText(view));
  const details = el("details", { class: "custom", "data-current": range.kind === "range" }, summary, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (until.value !== "" && until.value < from.value) {
      until.setCustomValidity("The last day comes before the first");
      until.reportValidity();
      return;
    }
    details.open = false;
    go({ ...view, range: { kind: "range", since: from.value, until: until.value === "" ? undefined : until.value } });
  });
  until.addEventListener("input", () => until.setCustomValidity(""));
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    summary.focus();
  });
  replace(place, details);
}

function rangeText({ range }: View): string {
  if (range.kind !== "range") return "Custom…";
  const until = range.until === undefined ? "now" : momentText(range.until);
  return `${momentText(range.since)} – ${until}`;
}
