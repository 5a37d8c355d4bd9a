import type { Family } from "./families/family.ts";
import { linesOf, type PageFormat, type Series } from "./series.ts";

/** How a page is written. */
export type RenderOptions = {
  readonly format: PageFormat;
  /** Whether `_created` is on the page. */
  readonly created: boolean;
  readonly multiprocess: boolean;
};

/**
 * The lines of one family with its series in the order of their birth, as prometheus_client 0.20.0 writes them. In the
 * text format a counter's name ends in `_total` and `_created` follows as a gauge family of its own; in OpenMetrics it
 * stands with its series. The multiprocess mode leaves out families without series, and puts all sums of a histogram
 * first.
 */
export function familyLines(family: Family, series: Iterable<Series>, options: RenderOptions): string[] {
  const all = [...series];
  if (options.multiprocess) return multiprocessLines(family, all, options.format);
  const created = options.created && family.kind !== "gauge";
  const lines = [familyHead(family, options.format)];
  if (options.format === "openmetrics") {
    for (const each of all) {
      const { values, sum, created: birth } = linesOf(each);
      lines.push(values, sum, created ? birth : "");
    }
    return lines;
  }
  for (const each of all) lines.push(linesOf(each).values, linesOf(each).sum);
  if (created && all.length > 0) {
    lines.push(headLines(`${family.name}_created`, "gauge", family.help));
    for (const each of all) lines.push(linesOf(each).created);
  }
  return lines;
}

function multiprocessLines(family: Family, series: Series[], format: PageFormat): string[] {
  if (series.length === 0) return [];
  const byWorker = series.sort((a, b) => b.pid - a.pid);
  const sums = byWorker.map((each) => linesOf(each).sum);
  return [familyHead(family, format), ...sums, ...byWorker.map((each) => linesOf(each).values)];
}

function familyHead({ name, kind, help }: Family, format: PageFormat): string {
  return headLines(kind === "counter" && format === "text" ? `${name}_total` : name, kind, help);
}

function headLines(name: string, kind: string, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
}
