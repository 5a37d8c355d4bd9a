import type { Layer } from "./chart-data.ts";
import { el, replace } from "./dom.ts";

/** Names the layers of a chart beside their colors. */
export function showLegend(place: HTMLElement, layers: readonly Layer[]): void {
  const items = layers.map(({ name, color }) =>
    el(
      "li",
      { title: name },
      el("span", { class: "swatch", "data-color": color }),
      el("span", { class: "name" }, name),
    ),
  );
  replace(place, ...items);
}
