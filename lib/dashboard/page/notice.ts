import { el } from "./dom.ts";

/** What stands where there are no numbers, or above them: one line of what is the matter, and what to do. */
export function notice(
  what: {
    readonly kind?: "warn" | "bad" | undefined;
    readonly isEmpty?: boolean;
    readonly title: string;
    readonly hint?: string | undefined;
  },
  ...more: readonly Node[]
): HTMLElement {
  return el(
    "div",
    { class: what.isEmpty ? "notice empty" : "notice", "data-kind": what.kind },
    el("strong", {}, what.title),
    what.hint === undefined ? undefined : el("p", {}, what.hint),
    ...more,
  );
}
