import { LAYERS } from "./api.ts";
import type { LayerColor } from "./chart-data.ts";
import { el } from "./dom.ts";

/** The colors that a canvas needs, as the theme has them at this moment. */
export type Colors = {
  readonly surface: string;
  readonly muted: string;
  readonly line: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly layer: (color: LayerColor) => string;
};

/** Reads the theme's colors. A canvas does not understand `light-dark()`: an element has to be painted with each. */
export function readColors(): Colors {
  const probe = document.body.appendChild(el("span", { hidden: true }));
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = Array.from({ length: LAYERS }, (_, index) => read(`series-${index}`));
  const rest = read("series-rest");
  const bad = read("bad");
  const colors: Colors = {
    surface: read("surface"),
    muted: read("muted"),
    line: read("line"),
    good: read("good"),
    warn: read("warn"),
    bad,
    layer: (color) => (color === "bad" ? bad : color === "rest" ? rest : (palette[color] ?? rest)),
  };
  probe.remove();
  return colors;
}
