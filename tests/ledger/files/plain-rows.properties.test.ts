import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { SpendBatch } from "../../../lib/ledger/batch/spend-batch.ts";
import { jsonLinesReader } from "../../../lib/ledger/files/json-lines.ts";
import { type BadLine, RecordBatches } from "../../../lib/ledger/files/record-batches.ts";
import { fixtureText } from "../../support/fixtures.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";

const NAMES = ["model", "modelGroup", "provider", "key", "user", "endUser", "team", "tags"] as const;
const NUMBERS = [
  ...(["startedAt", "latencyMs", "firstTokenMs", "spend", "promptTokens", "completionTokens", "totalTokens"] as const),
  ...(["status", "cache", "sessionHigh", "sessionLow", "identityHigh", "identityLow"] as const),
];

/** The rows of a batch with the texts themselves, since equal texts may have other numbers. */
function rowsOf(batch: SpendBatch): Record<string, unknown>[] {
  return Array.from({ length: batch.length }, (_, i) => ({
    ...Object.fromEntries(NUMBERS.map((name) => [name, batch[name][i]])),
    ...Object.fromEntries(NAMES.map((name) => [name, batch.texts.textOf(batch[name][i] ?? -1)])),
  }));
}

/** Batches that never look at a line's bytes. */
class ParsedBatches extends RecordBatches {
  override line(): boolean {
    return false;
  }
}

type Read = {
  readonly rows: readonly Record<string, unknown>[];
  readonly bad: readonly BadLine[];
  readonly taken: number;
};

/** Reads lines whose bytes come in pieces of a length. */
function read(content: string | Uint8Array, Batches: typeof RecordBatches, length = 1 << 16): Read {
  const bad: BadLine[] = [];
  let taken = 0;
  const batches = new Batches((line) => bad.push(line), 400);
  const reader = jsonLinesReader({
    value: (value, line) => batches.value(value, line),
    bad: (line, reason) => batches.bad(line, reason),
    line(view, from, to) {
      const isTaken = batches.line(view, from, to);
      if (isTaken) taken++;
      return isTaken;
    },
  });
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  for (let at = 0; at < bytes.length; at += length) reader.push(bytes.subarray(at, at + length));
  reader.finish();
  batches.end();
  const batch = batches.next();
  return { rows: batch === undefined ? [] : rowsOf(batch), bad, taken };
}

/** Reads lines both ways, which must give the same; says how many were not parsed. */
function readBoth(content: string | Uint8Array, length?: number): number {
  const quick = read(content, RecordBatches, length);
  const slow = read(content, ParsedBatches, length);
  expect({ rows: quick.rows, bad: quick.bad }).toEqual({ rows: slow.rows, bad: slow.bad });
  return quick.taken;
}

const name = fc.constantFrom(
  "request_id",
  "startTime",
  "endTime",
  "completionStartTime",
  "spend",
  "prompt_tokens",
  ...[
    "completion_tokens",
    "total_tokens",
    "status",
    "cache_hit",
    "model",
    "model_group",
    "custom_llm_provider",
    "api_key",
  ],
  ...[
    "user",
    "end_user",
    "team_id",
    "request_tags",
    "session_id",
    "messages",
    "metadata",
    "id",
    "__proto__",
    "x\\u0041",
  ],
);
const space = fc.constantFrom("", "", "", " ", "\t", "\r", "  ", "\f", "\u00a0");
const letters = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      "a",
      "é",
      "€",
      "😀",
      " ",
      "[",
      "{",
      '\\"',
      "\\\\",
      "\\/",
      "\\n",
      "\\u00e9",
      "\\ud83d",
      "\\u00g0",
      "\\x",
      "\u007f",
      "\ufeff",
    ),
  }),
  fc.constantFrom(
    "failure",
    "True",
    "true",
    "False",
    "false",
    "None",
    "tRue",
    "success",
    "",
    "gpt-4o",
    "12",
    "[]",
    '[\\"a\\",\\"b\\"]',
  ),
);
const digits = (min: number, max: number) => fc.integer({ min, max }).map((value) => String(value).padStart(2, "0"));
const instant = fc
  .tuple(
    fc.constantFrom(
      "2026-11-21",
      "2024-02-29",
      "2023-02-29",
      "1999-12-31",
      "2000-01-01",
      "2100-01-01",
      "0000-01-01",
      "2026-1-01",
    ),
    fc.constantFrom("T", " ", "t", "_"),
    digits(0, 25),
    digits(0, 61),
    digits(0, 61),
    fc.oneof(
      fc.constant(""),
      fc.integer({ min: 0, max: 9_999_999 }).map((value) => `.${value}`),
      fc.constantFrom(".", ".0005", ".4995", ".500", ".000500", ".001500", ".9999999"),
    ),
    fc.constantFrom("", "", "Z", "+00:00", "+02:00", "z", " ", "-0500", "x"),
  )
  .map(
    ([date, separator, hour, minute, second, fraction, zone]) =>
      `${date}${separator}${hour}:${minute}:${second}${fraction}${zone}`,
  );
const number = fc.oneof(
  fc.nat(100_000).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc
    .tuple(fc.nat(), fc.nat(), fc.integer({ min: -30, max: 30 }))
    .map(([whole, decimals, power]) => `${whole}.${decimals}e${power}`),
  fc.constantFrom(
    "0",
    "-0",
    "-1",
    "1.0",
    "01",
    "1.",
    ".5",
    "1e400",
    "1E5",
    "1e+2",
    "5e-06",
    "+1",
    "9007199254740993",
    "123456789012345678901",
    "0.1e1",
    "1e",
    "-",
    "NaN",
    "00",
  ),
);
const scalar = fc.oneof(
  letters.map((text) => `"${text}"`),
  instant.map((text) => `"${text}"`),
  number,
  fc.constantFrom("null", "true", "false", "nul", "True", '"', "\\", '"\\', "[", "{", "tru", "undefined", '"a\tb"'),
);
const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, scalar, tie("list"), tie("object")),
  list: fc
    .tuple(fc.array(tie("value"), { maxLength: 3 }), space, fc.constantFrom(",", ",", ",", ",,", ";"))
    .map(([values, gap, comma]) => `[${gap}${values.join(`${gap}${comma}`)}${gap}]`),
  object: fc
    .tuple(fc.array(fc.tuple(letters, tie("value")), { maxLength: 3 }), space)
    .map(([pairs, gap]) => `{${pairs.map(([key, one]) => `"${key}"${gap}:${gap}${one}`).join(",")}${gap}}`),
}));

/** A row that is as good as LiteLLM's, so that what is put into it decides. */
const GOOD: readonly (readonly [string, string])[] = [
  ["request_id", '"chatcmpl-1"'],
  ["startTime", '"2026-11-21T20:34:57.337"'],
  ["endTime", '"2026-11-21T20:34:57.741Z"'],
  ["spend", "0.000575"],
  ["model", '"openai/gpt-4o"'],
  ["request_tags", '["a", "b"]'],
];
const line = fc
  .tuple(
    fc.boolean(),
    fc.array(
      fc.tuple(
        name,
        fc.oneof(
          value,
          instant.map((text) => `"${text}"`),
        ),
      ),
      { maxLength: 4 },
    ),
    space,
    space,
    fc.constantFrom("", "", "", "", "}", "x", ",", "{}"),
  )
  .map(([isGood, pairs, before, gap, after]) => {
    const all = [...(isGood ? GOOD : []), ...pairs];
    return `${before}{${all.map(([key, one]) => `${gap}"${key}"${gap}:${gap}${one}${gap}`).join(",")}}${after}`;
  });

describe("rows that are taken without parsing them", () => {
  test(
    "are what parsing makes of them, whatever stands in a line",
    () => {
      fc.assert(
        fc.property(
          fc.array(line, { minLength: 1, maxLength: 12 }),
          fc.integer({ min: 1, max: 300 }),
          (lines, length) => {
            readBoth(lines.join("\n"), length);
          },
        ),
        propertyRuns(600),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "are what parsing makes of them, whatever bytes are changed in recorded lines",
    () => {
      const bytes = new TextEncoder().encode(fixtureText("spend/spend-logs.jsonl").split("\n").slice(0, 12).join("\n"));
      const change = fc.tuple(
        fc.nat(bytes.length - 1),
        fc.oneof(fc.nat(255), fc.constantFrom(...'"\\{}[],:0-.eE \n\ttfn'.split("").map((c) => c.charCodeAt(0)))),
      );
      fc.assert(
        fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
          const changed = bytes.slice();
          for (const [at, byte] of changes) changed[at] = byte;
          readBoth(changed);
        }),
        propertyRuns(200),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test.each(["spend/spend-logs.jsonl", "spend/spend-logs-database.jsonl", "spend-api/rows.jsonl"])(
    "are all rows of %s that LiteLLM wrote",
    (file) => {
      const text = fixtureText(file);
      expect(readBoth(text)).toBe(text.trim().split("\n").length);
    },
  );

  test("are those with odd fields that nobody asks for, and of fields that stand twice the last one counts", () => {
    const good = '"request_id":"a","startTime":"2026-11-21 20:34:57"';
    expect(readBoth(`{${good},"messages":[{"content":"\\ud83d\\u0000 é 😀 ﷽ \u007f"},[[[]]],-1.5E-7,null,{}]}`)).toBe(
      1,
    );
    expect(
      readBoth(`{${good},"spend":7.5e-06,"spend":1,"model":"b","model":"a\\"b"}\r\n {"request_id":"b", ${good} }\t`),
    ).toBe(2);
    expect(readBoth(`{${good},"spend":"0.5"}\n{${good},"request_id":"é"}\n{${good},"model":5}\n{${good}`)).toBe(0);
    expect(readBoth(`{${good},"deep":${"[".repeat(59)}${"]".repeat(59)}}`)).toBe(1);
    expect(readBoth(`{${good},"deep":${"[".repeat(90)}${"]".repeat(90)}}`)).toBe(0);
  });
});
