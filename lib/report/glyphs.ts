/** The characters that a report draws with, apart from its letters and digits. */
export type Glyphs = {
  readonly separator: string;
  readonly rule: string;
  readonly ellipsis: string;
  /** From nothing to the most; the first is for zero alone. */
  readonly ramp: readonly string[];
};

const UNICODE: Glyphs = { separator: " · ", rule: "─", ellipsis: "…", ramp: [..."▁▂▃▄▅▆▇█"] };
const ASCII: Glyphs = { separator: " | ", rule: "-", ellipsis: "~", ramp: [..."_.:-=+*#"] };

/** Box and block characters, or plain ASCII ones. */
export function glyphsFor(unicode: boolean): Glyphs {
  return unicode ? UNICODE : ASCII;
}
