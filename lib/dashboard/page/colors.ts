import type { LayerColor } from "./chart-data.ts";

/** The colors that a canvas needs, as the theme has them at this moment. */
export type Colors = {
  readonly surface: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly strong: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly layer: (color: LayerColor) => string;
};

/** Reads the theme's colors. */
export function readColors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    surface: read("surface"),
    text: read("text"),
    muted: read("muted"),
    line: read("line"),
    strong: read("line-strong"),
    good: read("good"),
    warn: read("warn"),
    bad: read("bad"),
    layer: (color) => read(color === "bad" ? color : `series-${color}`),
  };
}
