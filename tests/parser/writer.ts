import fc from "fast-check";

/** A sample as it is written: blanks and a timestamp included. */
export type WrittenSample = {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
  readonly blank: string;
  readonly timestamp: string;
};

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Text of any script, and often the characters that the format gives a meaning to. */
const anyText = fc.oneof(fc.string({ unit: fc.constantFrom(...'\\"\n\r}{#,= 7n') }), fc.string({ unit: "binary" }));
const anyName = (plain: RegExp) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.stringMatching(plain) },
    anyText.filter((text) => text !== ""),
  );
const anyLabels = fc.uniqueArray(fc.tuple(anyName(LABEL_NAME), anyText), { selector: ([name]) => name, maxLength: 5 });

export function anySample(): fc.Arbitrary<WrittenSample> {
  return fc.record({
    name: anyName(METRIC_NAME),
    labels: anyLabels,
    value: fc.oneof(fc.double(), fc.integer()),
    blank: fc.constantFrom("", "", "", " ", "\t", " \t "),
    timestamp: fc.constantFrom("", "", " 1795293284560", "\t-1 "),
  });
}

/** Writes a page in the text format; with `# EOF`, so that it is good in OpenMetrics as well. */
export function writePage(samples: readonly WrittenSample[]): string {
  return `${samples.map((sample) => `${writeSample(sample)}\n`).join("")}# EOF\n`;
}

function writeSample({ name, labels, value, blank, timestamp }: WrittenSample): string {
  const isBare = METRIC_NAME.test(name);
  const tokens = labels.map(([label, text]) => [writeLabelName(label), "=", quote(text)].join(blank));
  const inBraces = isBare ? tokens : [quote(name), ...tokens];
  const braces = inBraces.length > 0 ? `{${blank}${inBraces.join(`${blank},${blank}`)}${blank}}` : "";
  return `${isBare ? name : ""}${blank}${braces} ${writeNumber(value)}${timestamp}`;
}

function writeLabelName(name: string): string {
  return LABEL_NAME.test(name) ? name : quote(name);
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

function writeNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
