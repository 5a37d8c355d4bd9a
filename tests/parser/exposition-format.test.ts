import { expect, test } from "bun:test";
import { formatOf } from "../../lib/parser/exposition-format.ts";

test.each([
  ["text/plain; version=0.0.4; charset=utf-8", "text"],
  ["text/plain", "text"],
  ["TEXT/PLAIN ;version=0.0.4", "text"],
  ["application/openmetrics-text; version=1.0.0; charset=utf-8", "openmetrics"],
  ["application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores", "openmetrics"],
  ["Application/OpenMetrics-Text", "openmetrics"],
  ["application/json", "unknown"],
  ["text/html; charset=utf-8", "unknown"],
  ["text/plainer", "unknown"],
  ["", "unknown"],
  [null, "unknown"],
] as const)("formatOf() takes the content type %p as %s", (contentType, format) => {
  expect(formatOf(contentType)).toBe(format);
});
