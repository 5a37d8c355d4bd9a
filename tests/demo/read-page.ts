import { gunzipSync } from "bun";

/** One sample line of a page, its label values unescaped once (as a scraper does). */
export type PageSample = {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** As printed. */
  readonly text: string;
  readonly value: number;
};

/** One family with its lines in order. */
export type PageFamily = {
  readonly name: string;
  readonly help: string;
  type: string;
  readonly samples: PageSample[];
};

/** Reads a page by a simple grammar of its own, so that the product's parser is not its own judge; throws on a line it does not know. */
export function readPage(page: string): PageFamily[] {
  if (!page.endsWith("\n")) throw new Error("The page does not end in a newline");
  const families: PageFamily[] = [];
  for (const line of page.slice(0, -1).split("\n")) {
    const family = families.at(-1);
    if (line.startsWith("# HELP ")) {
      const [, name = "", help = ""] = /^# HELP (\S+) (.*)$/.exec(line) ?? [];
      families.push({ name, help, type: "", samples: [] });
    } else if (line.startsWith("# TYPE ")) {
      const [, name = "", type = ""] = /^# TYPE (\S+) (\w+)$/.exec(line) ?? [];
      if (family?.name !== name) throw new Error(`TYPE without HELP: ${line}`);
      family.type = type;
    } else if (line !== "# EOF") {
      if (family === undefined) throw new Error(`Sample without family: ${line}`);
      family.samples.push(readSample(line));
    }
  }
  return families;
}

/** Reads a recorded page. */
export async function recordedPage(file: string): Promise<string> {
  const bytes = await Bun.file(new URL(`../fixtures/metrics/${file}`, import.meta.url)).bytes();
  return new TextDecoder().decode(file.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

/** The sum of all samples of a name, of those that `fits` lets through. */
export function sumOf(page: string, name: string, fits = (_labels: ReadonlyMap<string, string>) => true): number {
  let sum = 0;
  for (const sample of samplesOf(page, name)) if (fits(sample.labels)) sum += sample.value;
  return sum;
}

/** All samples of a name. */
export function samplesOf(page: string, name: string): PageSample[] {
  return readPage(page)
    .flatMap((family) => family.samples)
    .filter((sample) => sample.name === name);
}

/** Takes LiteLLM's own escaping off a label's value. */
export function unescapeOnce(value: string): string {
  return value.replace(/\\([\\"n])/g, (_, char: string) => (char === "n" ? "\n" : char));
}

function readSample(line: string): PageSample {
  const [, name = "", labelPart = "", text = ""] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === "") throw new Error(`Not a sample: ${line}`);
  const labels = new Map<string, string>();
  let rest = labelPart;
  while (rest !== "") {
    const [whole = "", label = "", value = ""] = /^([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)/.exec(rest) ?? [];
    if (whole === "") throw new Error(`Not a label: ${rest}`);
    labels.set(label, unescapeOnce(value));
    rest = rest.slice(whole.length);
  }
  return { name, labels, text, value: Number(text.replace("Inf", "Infinity")) };
}
