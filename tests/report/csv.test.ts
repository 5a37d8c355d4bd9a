import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { usageCsv } from "../../lib/report/csv.ts";
import { homelabAnswer, measures, usage } from "./answers.ts";

const MEASURES =
  "requests,failed_requests,tokens,input_tokens,output_tokens,reasoning_tokens,cost,cache_hits,cache_misses,cached_tokens,input_cached_tokens,input_cached_pct";

function nameField(name: string | null): string {
  const csv = usageCsv(homelabAnswer({ groups: [{ model: name, ...measures() }] }), ["model"]);
  return csv.slice(csv.indexOf("\r\n") + 2, -`${",".repeat(13)}\r\n`.length);
}

describe("CSV", () => {
  test("has a header and a line for each group, ended by CR LF", () => {
    const groups = [
      { model: "gpt-4.1", team: "red", ...usage(23, 0, 121_807, 22_300, 8.02, 0.0044) },
      { model: "通义千问", team: null, ...measures({ requests: 1, cost: 1e-9 }) },
      { model: "other", team: "other", folded: 12, ...measures({ requests: 3, cost: 0 }) },
    ];
    expect(usageCsv(homelabAnswer({ groups }), ["model", "team"])).toBe(
      [
        `model,team,${MEASURES},folded`,
        "gpt-4.1,red,23,0,144107,121807,22300,0,0.0044,0,23,0,9769,8.02,",
        "通义千问,,1,,,,,,1e-9,,,,,,",
        "other,other,3,,,,,,0,,,,,,12",
        "",
      ].join("\r\n"),
    );
  });

  test("has a header alone where nothing was used", () => {
    expect(usageCsv(homelabAnswer({ groups: [] }), ["day"])).toBe(`day,${MEASURES},folded\r\n`);
  });

  test("leaves days and hours as the answer has them", () => {
    const groups = [{ day: "2026-11-21", hour: "2026-11-21T14:00:00-05:00", ...measures() }];
    expect(usageCsv(homelabAnswer({ groups }), ["day", "hour"])).toContain("\r\n2026-11-21,2026-11-21T14:00:00-05:00,");
  });

  test.each<[string, string | null, string]>([
    ["nothing", null, ""],
    ["a comma", "a,b", '"a,b"'],
    ["quotes", 'say "hi"', '"say ""hi"""'],
    ["a line end", "a\nb", '"a\nb"'],
    ["a CR LF", "a\r\nb", '"a\r\nb"'],
    ["a formula", "=1+1", "'=1+1"],
    ["a formula with a comma", '=HYPERLINK("http://evil","x")', `"'=HYPERLINK(""http://evil"",""x"")"`],
    ["a plus", "+1", "'+1"],
    ["a minus", "-1", "'-1"],
    ["an at sign", "@SUM(A1)", "'@SUM(A1)"],
    ["a wide sign, as Japanese keyboards write it", "＝1+1", "'＝1+1"],
    ["a tab", "\t=1", "'\t=1"],
    ["a CR", "\r=1", `"'\r=1"`],
    ["a sign further on", "gpt-4=x", "gpt-4=x"],
    ["an escape", "\u001b[31mred", "\ufffd[31mred"],
    ["half a character", "a\ud800", "a\ufffd"],
  ])("writes a name with %s so that it stays one harmless field", (_, name, field) => {
    expect(nameField(name)).toBe(field);
  });

  test("leaves negative numbers numbers", () => {
    const csv = usageCsv(homelabAnswer({ groups: [{ model: "m", ...measures({ requests: -1 }) }] }), ["model"]);
    expect(csv).toContain("\r\nm,-1,");
  });

  test("gives every name back to a reader of RFC 4180", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        const field = nameField(name);
        const text = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
        expect(field.startsWith('"')).toBe(/[",\r\n]/.test(name));
        expect(text.replace(/^'(?=[=+\-@\t\r\n])/, "")).toBe(name);
      }),
      { seed: 9 },
    );
  });
});
