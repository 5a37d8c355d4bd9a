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
  /** Of a layer of the chart; -1 is the rest. */
  readonly series: (color: number) => string;
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
    series: (color) => read(color < 0 ? "series-rest" : `series-${color}`),
  };
}
