import { expect, test } from "bun:test";
import fc from "fast-check";
import { ByteReader, ByteWriter } from "../../lib/aggregator/byte-writer.ts";
import { propertyRuns } from "../support/property.ts";

const whole = fc.oneof(fc.nat(300), fc.maxSafeNat(), fc.constantFrom(0, 0x7f, 0x80, 2 ** 32, 2 ** 53));
const value = fc.oneof(
  whole.map((number) => ({ kind: "whole" as const, number })),
  fc.double({ noNaN: true }).map((number) => ({ kind: "double" as const, number })),
);

test("what was written is read again, however long it gets", () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 400 }), (values) => {
      const writer = new ByteWriter();
      for (const { kind, number } of values) writer[kind](number);
      const reader = new ByteReader(writer.finish());
      for (const { kind, number } of values) expect(reader[kind]()).toBe(number);
      expect(reader.isAtEnd).toBe(true);
    }),
    propertyRuns(100),
  );
});

test("each length up to a few rooms is whole, byte by byte", () => {
  for (let length = 0; length < 1100; length++) {
    const writer = new ByteWriter();
    for (let at = 0; at < length; at++) writer.whole(at % 0x80);
    writer.double(Math.PI);
    const reader = new ByteReader(writer.finish());
    for (let at = 0; at < length; at++) if (reader.whole() !== at % 0x80) throw new Error(`Byte ${at} of ${length}`);
    expect(reader.double()).toBe(Math.PI);
  }
});

test("numbers stand in as few bytes as they need, so that what older versions wrote stays readable", () => {
  const writer = new ByteWriter();
  for (const number of [0, 127, 128, 300, 2 ** 53]) writer.whole(number);
  writer.double(1);
  expect(Buffer.from(writer.finish()).toString("hex")).toBe("007f8001ac028080808080808010000000000000f03f");
});

test("bytes that end in the middle of a number are refused", () => {
  expect(() => new ByteReader(Uint8Array.of(0x80)).whole()).toThrow(RangeError);
  expect(() => new ByteReader(new Uint8Array(7)).double()).toThrow(RangeError);
});
