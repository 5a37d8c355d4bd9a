import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { safeText } from "../../lib/report/safe-text.ts";
import { shorten } from "../../lib/report/shorten.ts";

describe("a foreign text", () => {
  test.each([
    ["gpt-4.1", "gpt-4.1"],
    ["通义千问 🦙 cafe\u0301", "通义千问 🦙 cafe\u0301"],
    ["👨‍👩‍👧", "👨‍👩‍👧"],
    [
      "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
      "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    ],
    ["\u001b[31mred\u001b[0m", "red"],
    ["\u001b]8;;http://evil\u0007click\u001b]8;;\u0007", "click"],
    ["\u001b]0;title\u0007x", "x"],
    ["a\u001b", "a"],
    ["line\r\nbreak\tand  blanks", "line break and blanks"],
    ["para\u2028graph\u2029s", "para graph s"],
    ["bell\u0007null\u0000del\u007fc1\u0085", "bell?null?del?c1?"],
    ["txt\u202eexe.mod", "txt?exe.mod"],
    ["iso\u2066late\u200f", "iso?late?"],
    ["soft\u00adhyphen", "soft?hyphen"],
    ["lone\ud800", "lone\ufffd"],
    ["\u0301accent first", "accent first"],
    ["\u200d\u0301", ""],
    ["  ", ""],
  ])("%j becomes %j", (text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  test("stays as it is once it is harmless", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const safe = safeText(text);
        expect(safe).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]|\s\s/u);
        expect(safeText(safe)).toBe(safe);
      }),
      { seed: 8 },
    );
  });
});

describe("a shortened name", () => {
  test.each([
    ["gpt-4.1", 12, "gpt-4.1"],
    ["claude-sonnet-4-5-20250929", 26, "claude-sonnet-4-5-20250929"],
    ["claude-sonnet-4-5-20250929", 20, "claude-son…-20250929"],
    ["claude-sonnet-4-5-20250929", 12, "claude…50929"],
    ["通义千问通义千问", 12, "通义千…千问"],
    ["🦙🦙🦙🦙🦙🦙🦙🦙", 12, "🦙🦙🦙…🦙🦙"],
    ["e\u0301".repeat(20), 12, `${"e\u0301".repeat(6)}…${"e\u0301".repeat(5)}`],
    ["👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 12, "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧…👨‍👩‍👧👨‍👩‍👧"],
  ])("of %s in %d cells is %s", (name, cells, text) => {
    expect(shorten(name, cells, "…")).toBe(text);
  });

  test("is never wider than its cells and keeps whole characters", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 60, size: "max" }),
        fc.integer({ min: 12, max: 40 }),
        (name, cells) => {
          const text = shorten(name, cells, "~");
          expect(Bun.stringWidth(text)).toBeLessThanOrEqual(cells);
          expect(text.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
