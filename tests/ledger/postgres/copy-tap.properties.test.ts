import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CopyTap } from "../../../lib/ledger/postgres/copy-tap.ts";
import { propertyRuns } from "../../support/property.ts";

/** A message of the protocol: a letter, and what it says. */
type Message = { readonly letter: string; readonly body: Uint8Array };

const body = fc.uint8Array({ maxLength: 40 });
const rows = fc.array(
  body.map((bytes): Message => ({ letter: "d", body: bytes })),
  { maxLength: 6 },
);
const other = fc.record({ letter: fc.constantFrom("R", "S", "Z", "T", "D", "C", "E", "N"), body });
const copy = fc
  .tuple(rows, fc.array(other, { maxLength: 2 }), rows)
  .map(([first, notices, second]) => [
    { letter: "H", body: new Uint8Array(3) },
    ...first,
    ...notices,
    ...second,
    { letter: "c", body: new Uint8Array(0) },
  ]);
const traffic = fc
  .array(
    fc.oneof(
      other.map((one) => [one]),
      copy,
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.flat());
const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });

function bytesOf({ letter, body: said }: Message): Buffer {
  const header = Buffer.alloc(5);
  header.write(letter, "latin1");
  header.writeUInt32BE(said.length + 4, 1);
  return Buffer.concat([header, said]);
}

/** What comes through a tap that a client opens at `H` and closes at `c`, or never opens. */
function through(messages: readonly Message[], lengths: readonly number[], isOpened: boolean) {
  const tap = new CopyTap();
  const passed: number[] = [];
  const taken: number[] = [];
  let seen = 0;
  const listener = tap.listener((bytes) => {
    passed.push(...bytes);
    // As the client does, a message is acted upon when the last byte of it has come.
    for (;;) {
      if (passed.length - seen < 5) return;
      const length = 1 + Buffer.from(passed.slice(seen, seen + 5)).readUInt32BE(1);
      if (passed.length - seen < length) return;
      const letter = String.fromCharCode(passed[seen] ?? 0);
      if (letter === "H" && isOpened) tap.sink = (row) => taken.push(...row);
      if (letter === "c") tap.sink = undefined;
      seen += length;
    }
  });
  const bytes = Buffer.concat(messages.map(bytesOf));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    listener(Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
  return { passed: Buffer.from(passed), taken: Buffer.from(taken) };
}

describe("a tap on a connection", () => {
  test("takes the rows of copies and passes on all else, wherever the pieces end", () => {
    fc.assert(
      fc.property(traffic, cuts, (messages, lengths) => {
        const isRow = ({ letter }: Message) => letter === "d";
        const { passed, taken } = through(messages, lengths, true);
        expect(passed).toEqual(Buffer.concat(messages.filter((one) => !isRow(one)).map(bytesOf)));
        expect(taken).toEqual(Buffer.concat(messages.filter(isRow).map((one) => one.body)));
      }),
      propertyRuns(300),
    );
  });

  test("that nobody has opened passes on everything", () => {
    fc.assert(
      fc.property(traffic, cuts, (messages, lengths) => {
        const { passed, taken } = through(messages, lengths, false);
        expect(passed).toEqual(Buffer.concat(messages.map(bytesOf)));
        expect(taken).toHaveLength(0);
      }),
      propertyRuns(100),
    );
  });
});
