import { describe, expect, test } from "bun:test";

type Rgb = readonly [number, number, number];

const CSS = await Bun.file(new URL("../../lib/dashboard/page/styles/tokens.css", import.meta.url)).text();
const SERIES = Array.from({ length: 8 }, (_, index) => `series-${index}`);

/** How people see who lack one kind of cone, as linear RGB (Machado, Oliveira, Fernandes 2009, severity 1). */
const SIGHTS: readonly (readonly [string, readonly Rgb[]])[] = [
  [
    "all cones",
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  ],
  [
    "no red cones",
    [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
  ],
  [
    "no green cones",
    [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
  ],
  [
    "no blue cones",
    [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
  ],
];

/** The colors of a theme by their names. */
function colorsOf(theme: "light" | "dark"): Map<string, Rgb> {
  const pairs = [...CSS.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)];
  return new Map(pairs.map(([, name = "", light = "", dark = ""]) => [name, linear(theme === "light" ? light : dark)]));
}

function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** The contrast of WCAG 2. */
function contrast(a: Rgb, b: Rgb): number {
  const luminance = ([r, g, blue]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** How far two colors are apart in Oklab. */
function distance(a: Rgb, b: Rgb): number {
  const [left, right] = [oklab(a), oklab(b)];
  return Math.hypot(...left.map((value, index) => value - (right[index] ?? 0)));
}

function oklab([r, g, b]: Rgb): Rgb {
  const root = (x: number, y: number, z: number) => Math.cbrt(Math.max(0, x * r + y * g + z * b));
  const l = root(0.4122214708, 0.5363325363, 0.0514459929);
  const m = root(0.2119034982, 0.6806995451, 0.1073969566);
  const s = root(0.0883024619, 0.2817188376, 0.6299787005);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function seen(rows: readonly Rgb[], [r, g, b]: Rgb): Rgb {
  const row = (index: number) => {
    const [x, y, z] = rows[index] ?? [0, 0, 0];
    return Math.max(0, x * r + y * g + z * b);
  };
  return [row(0), row(1), row(2)];
}

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const colors = colorsOf(theme);
  const of = (name: string): Rgb => {
    const color = colors.get(name);
    if (!color) throw new Error(`The style sheet has no ${name}`);
    return color;
  };

  test.each([
    ["text", ["bg", "surface", "sunken", "accent-soft", "warn-soft", "bad-soft"]],
    ["muted", ["bg", "surface", "sunken"]],
    ["accent", ["bg", "surface"]],
    ["on-accent", ["accent"]],
    ["up", ["surface"]],
    ["down", ["surface"]],
  ])("%s can be read on %j", (text, surfaces) => {
    for (const surface of surfaces) expect(contrast(of(text), of(surface))).toBeGreaterThanOrEqual(4.5);
  });

  test("graphics stand out from the surface", () => {
    for (const name of [...SERIES, "series-rest", "good", "warn", "bad", "line-strong"]) {
      expect([name, contrast(of(name), of("surface")) >= 3]).toEqual([name, true]);
    }
  });

  test.each(SIGHTS)("with %s, layers can be told apart, neighbours easily", (_, rows) => {
    const layers = SERIES.map((name) => seen(rows, of(name)));
    for (const [index, layer] of layers.entries()) {
      for (const [other, second] of layers.entries()) {
        if (other > index)
          expect([index, other, distance(layer, second) > (other === index + 1 ? 0.12 : 0.05)]).toEqual([
            index,
            other,
            true,
          ]);
      }
    }
  });
});
