import { below, oneOf, type Random } from "./target.ts";

const encoder = new TextEncoder();

/** Pieces that mean something to one of the formats, or are hard to read in any of them. */
const TOKENS = [
  "\n",
  "\r\n",
  '"',
  "{",
  "}",
  "[",
  "]",
  "\\",
  "#",
  ",",
  ";",
  "=",
  " ",
  "\t",
  "\0",
  "'",
  "`",
  "\x1b[2J",
  "\u009b31m",
  "# EOF\n",
  "# TYPE ",
  "# HELP a b\n",
  "NaN",
  "+Inf",
  "-0",
  "1e999",
  "-1",
  "0x1p3",
  "1_000",
  "9".repeat(400),
  "5e-324",
  "\u2028",
  "\u202e",
  "\u0000",
  "\ufeff",
  "\ud83e\udd99",
  "null",
  "true",
  "__proto__",
  "constructor",
  '"\\ud800"',
  "\\u0000",
  "=cmd|' /C calc'!A0",
  "'; DROP TABLE sheet; --",
  "../../etc/passwd",
  "2026-02-30T25:61:61Z",
  "9999-12-31",
  "🦙".repeat(50),
].map((token) => encoder.encode(token));

/** Bytes of which some were changed: bits turned, parts cut out, doubled, put elsewhere, tokens put in, the end cut off. */
export function mutate(bytes: Uint8Array, random: Random, others: readonly Uint8Array[] = [bytes]): Uint8Array {
  let mutated = bytes;
  for (let left = 1 + below(random, 6); left > 0; left--) mutated = once(mutated, random, others);
  return mutated;
}

function once(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const at = below(random, bytes.length + 1);
  const length = below(random, random() < 0.8 ? 16 : bytes.length + 1);
  switch (below(random, 8)) {
    case 0: {
      const changed = Uint8Array.from(bytes);
      for (let left = 1 + below(random, 8); left > 0; left--) {
        const place = below(random, bytes.length);
        changed[place] = (changed[place] ?? 0) ^ (1 << below(random, 8));
      }
      return changed;
    }
    case 1:
      return bytes.slice(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 3: {
      const other = oneOf(random, others);
      const from = below(random, other.length + 1);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + 4 * length), bytes.subarray(at)]);
    }
    case 4: {
      const filler = encoder.encode(oneOf(random, ["a", " ", '"', "[", "{", ",", "\\", "9", "\n", "\0", "é"]));
      const times = random() < 0.9 ? 1 + below(random, 300) : 200_000 + below(random, 1_000_000);
      return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(times, filler), bytes.subarray(at)]);
    }
    default:
      return Buffer.concat([bytes.subarray(0, at), oneOf(random, TOKENS), bytes.subarray(at + (length % 9))]);
  }
}

/** A text that somebody hostile may give as any value. */
export function hostileText(random: Random): string {
  switch (below(random, 4)) {
    case 0:
      return new TextDecoder().decode(oneOf(random, TOKENS));
    case 1:
      return String.fromCharCode(...Array.from({ length: below(random, 12) }, () => below(random, 0x1_0000)));
    case 2:
      return oneOf(random, ["a", " ", ",", "%", "9", "-", "\u00a0", "..", "day,", "é", "\u0301"]).repeat(
        oneOf(random, [1, 2, 300, 7000]),
      );
    default:
      return oneOf(random, HOSTILE);
  }
}

const HOSTILE = [
  "",
  " ",
  "0",
  "-0",
  "-1",
  "1",
  "1.5",
  "1e3",
  "1e999",
  "NaN",
  "Infinity",
  "0x10",
  "9007199254740993",
  "99999999999999999999",
  "true",
  "null",
  "undefined",
  "[]",
  "{}",
  "today",
  "2026-11-21",
  "2026-02-30",
  "0000-01-01",
  "9999-12-31",
  "-271821-04-20",
  "+275760-09-13T00:00:00Z",
  "2026-11-21T24:00:00Z",
  "2026-11-21 23:59:59",
  "1h",
  "1d",
  "0d",
  "999999999999d",
  "UTC",
  "Mars/Olympus",
  "America/New_York",
  "+05:30",
  "Etc/GMT+99",
  "http://[::1",
  "http://a@b:c@d/",
  "file:///etc/passwd",
  "postgres://x",
  "unix:/x",
  "\ud800",
  "toString",
  "model",
  "key",
  "%00",
  "%",
  "{jndi:ldap://x}",
  "{{7*7}}",
  "<script>alert(1)</script>",
  "a\r\nX-Injected: 1",
];

/** Lists in lists, deeper than can be written again where there are many. */
export function nested(levels: number): string {
  return `${"[".repeat(levels)}${"]".repeat(levels)}`;
}

/** A JSON value like the given one, in which something is another value. */
export function mutateJson(value: unknown, random: Random): unknown {
  if (random() < 0.15 || typeof value !== "object" || value === null) return hostileValue(random);
  if (Array.isArray(value)) {
    const at = below(random, value.length + 1);
    return [...value.slice(0, at), mutateJson(value[at] ?? null, random), ...value.slice(at + 1)];
  }
  const names = Object.keys(value);
  const name = random() < 0.05 || names.length === 0 ? hostileText(random) : oneOf(random, names);
  // What came as JSON may be asked for any key.
  return { ...value, [name]: mutateJson((value as Record<string, unknown>)[name], random) };
}

function hostileValue(random: Random): unknown {
  switch (below(random, 6)) {
    case 0:
      return hostileText(random);
    case 1:
      return oneOf(random, [0, -0, -1, 1.5, 1e308, 5e-324, 2 ** 53, -(2 ** 63), 1e21]);
    case 2:
      return oneOf<unknown>(random, [null, true, false, [], {}, [[]], [null], { a: {} }]);
    case 3:
      return JSON.parse(nested(100));
    case 4:
      return Object.fromEntries([
        ["__proto__", 1],
        ["toString", "x"],
        [hostileText(random), []],
      ]);
    default:
      return Array.from({ length: 50 }, () => hostileText(random));
  }
}
