import { expect, test } from "bun:test";
import { Texts } from "../../../lib/ledger/batch/texts.ts";
import { LocalNames } from "../../../lib/ledger/fold/local-names.ts";

/** The tags of a list as it stands in the source. */
function tagsOf(list: string | null): (string | null)[] {
  const texts = new Texts();
  const names = new LocalNames(texts);
  return [...names.tags(texts.numberOf(list))].map((tag) => texts.textOf(tag));
}

test.each([
  [null, []],
  ["", []],
  ["[]", []],
  ["not JSON", []],
  ['"a"', []],
  ["5", []],
  ["null", []],
  ['{"length": 1}', []],
  ['["a", "b", "a"]', ["a", "b", "a"]],
  ['[null, 5, true, {"a": 1}, ["x"]]', ["5", "true", '{"a":1}', '["x"]']],
  [`${"[".repeat(2000)}${"]".repeat(2000)}`, []],
])("the tags of %p are %p", (list, tags) => {
  expect(tagsOf(list)).toEqual(tags);
});

test("names have one number each, and it leads back to their texts", () => {
  const names = new LocalNames(new Texts());
  expect([names.route(1, 2, 3), names.route(1, 3, 2), names.route(1, 2, 3)]).toEqual([0, 1, 0]);
  expect([names.payer(7, 0, 9), names.payer(9, 0, 7)]).toEqual([0, 1]);
  expect(names.textsOfRoute(1)).toEqual([1, 3, 2]);
  expect(names.textsOfPayer(1)).toEqual([9, 0, 7]);
});
