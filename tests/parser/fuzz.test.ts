import { expect, test } from "bun:test";
import fc from "fast-check";
import { fixture } from "../support/fixtures.ts";
import { parse } from "./parse.ts";

/** Replaces `length` bytes at `at`, a share of the page, by other bytes. */
type Mutation = { readonly at: number; readonly length: number; readonly bytes: Uint8Array };

const TOKENS = ["\n", '"', "{", "}", "\\", "#", ",", "=", " ", "\r", "\0", "# EOF\n", "NaN", "\u2028", "0x", "# TYPE "];

const anyMutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.nat(4), fc.nat(20_000)),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc.constantFrom(...TOKENS).map((token) => new TextEncoder().encode(token)),
  ),
});

function mutate(page: Uint8Array, { at, length, bytes }: Mutation): Uint8Array {
  const from = Math.floor(at * page.length);
  return Buffer.concat([page.subarray(0, from), bytes, page.subarray(from + length)]);
}

test.each(["fresh.prom", "mixed.openmetrics.txt", "multiproc-4.prom.gz"])(
  "whatever is done to %s, there is an outcome",
  (file) => {
    const page = fixture(`metrics/${file}`).subarray(0, 100_000);
    const format = fc.constantFrom("text", "openmetrics", "unknown");
    fc.assert(
      fc.property(
        fc.array(anyMutation, { minLength: 1, maxLength: 10 }),
        format,
        fc.boolean(),
        (mutations, format, wanted) => {
          const outcome = parse(mutations.reduce(mutate, page), { format, wants: () => wanted });
          expect(outcome.kind).toBeOneOf(["page", "refused"]);
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  },
);

test("whatever bytes come, there is an outcome", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(parse(bytes, { format: "unknown" }).kind).toBeOneOf(["page", "refused"]);
    }),
    { seed: 6, numRuns: 1000 },
  );
});
