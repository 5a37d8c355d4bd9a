import { describe, expect, test } from "bun:test";
import type { ProblemReason } from "../../../lib/parser/page.ts";
import { parsePage } from "../parse.ts";

const GOOD: [sentence: string, line: string][] = [
  ["an exemplar", 'm_bucket{le="1"} 5 # {trace_id="KOO5S4vxi0o"} 0.67'],
  ["an exemplar with a timestamp", 'm_bucket{le="1"} 5 # {trace_id="x"} 0.67 1520879607.789'],
  ["an exemplar behind a timestamp", 'm_bucket{le="1"} 5 1520879607.789 # {} 0.67'],
  ["an exemplar with a brace in it", 'm_bucket{le="1"} 5 # {trace_id="} 7"} 0.67'],
  ["a timestamp in seconds", 'm_bucket{le="1"} 5 1.520879607789e9'],
];

const BAD: [sentence: string, line: string, reason: ProblemReason][] = [
  ["a comment behind the value", "m 5 # five", "bad_exemplar"],
  ["an exemplar without a value", 'm 5 # {id="1"}', "bad_exemplar"],
  ["an exemplar with bad labels", "m 5 # {id=1} 1", "bad_exemplar"],
  ["an exemplar with a name", 'm 5 # {"id"} 1', "bad_exemplar"],
  ["an exemplar with a word for a timestamp", 'm 5 # {id="1"} 1 now', "bad_exemplar"],
  ["words behind the exemplar", 'm 5 # {id="1"} 1 2 3', "trailing_text"],
  ["an infinite timestamp", "m 5 Inf", "bad_timestamp"],
];

const FORMATS = ["openmetrics", "unknown"] as const;
const WISHES = [() => true, () => false];

describe.each(FORMATS)("in a page of format %s", (format) => {
  test.each(GOOD)("a sample may have %s", (_, line) => {
    for (const wants of WISHES) {
      const { sums, skipped } = parsePage(`${line}\n# EOF\n`, { format, wants });
      expect(skipped.count).toBe(0);
      expect([...sums]).toEqual([["m_bucket", 5]]);
    }
  });

  test.each(BAD)("a sample may not have %s", (_, line, reason) => {
    for (const wants of WISHES) {
      const { sums, skipped } = parsePage(`before 1\n${line}\n# EOF\n`, { format, wants });
      expect([...sums]).toEqual([["before", 1]]);
      expect(skipped.first).toEqual([{ line: 2, reason, excerpt: line }]);
    }
  });
});
