import { LabelSet } from "../label-set.ts";
import { Cursor } from "./cursor.ts";

/** What stands between the braces of a sample: its labels, and its name where that is quoted. */
export type LabelText = { readonly name: string | undefined; readonly labels: LabelSet };

/** Reads `a="b","c.d"="e"`, a quoted metric name among them; undefined for bad syntax and for a label that stands twice. */
export function parseLabelText(text: string): LabelText | undefined {
  const cursor = new Cursor(text);
  const pairs: [name: string, value: string][] = [];
  let metricName: string | undefined;
  while (!cursor.isAtEnd) {
    const quoted = cursor.takeQuoted();
    const name = quoted ?? takeLabelName(cursor);
    if (!name) return undefined;
    if (cursor.take("=")) {
      const value = cursor.takeQuoted();
      if (value === undefined) return undefined;
      pairs.push([name, value]);
    } else if (quoted !== undefined && metricName === undefined) {
      metricName = quoted;
    } else {
      return undefined;
    }
    if (!cursor.take(",") && !cursor.isAtEnd) return undefined;
  }
  const labels = LabelSet.of(pairs);
  return labels && { name: metricName, labels };
}

/** A label name is a metric name without a colon. */
function takeLabelName(cursor: Cursor): string | undefined {
  const name = cursor.takeMetricName();
  return name?.includes(":") ? undefined : name;
}
