import { describe, expect, test } from "bun:test";
import { cellOf, DIMENSIONS, labelValue } from "../../lib/litellm/dimensions.ts";

const cell = (labels: Record<string, string>) => cellOf((name) => labels[name]);

describe("the dimensions of a series", () => {
  test("are those that its labels name", () => {
    const labels = {
      model: "gpt-4o",
      requested_model: "smart",
      api_provider: "azure",
      team: "t-1",
      team_alias: "Research",
      api_key_alias: "alice",
      hashed_api_key: "88dc",
      user: "u-1",
      user_email: "alice@example.org",
      end_user: "customer",
    };
    expect(cell(labels)).toEqual({
      model: "gpt-4o",
      model_group: "smart",
      provider: "azure",
      team: "Research",
      key: "alice",
      user: "u-1",
      end_user: "customer",
    });
  });

  test("are all null where there is no label", () => {
    expect(Object.values(cell({}))).toEqual(DIMENSIONS.map(() => null));
  });

  test.each<[string, Record<string, string>, string, string | null]>([
    ["a team without an alias by its id", { team: "t-1", team_alias: "None" }, "team", "t-1"],
    ["a key without an alias by its hash", { api_key_alias: "", hashed_api_key: "88dc" }, "key", "88dc"],
    ["a user without an id by the address", { user: "None", user_email: "a@b.c" }, "user", "a@b.c"],
    ["an end user that is not counted by nothing", { end_user: "None" }, "end_user", null],
  ])("name %s", (_, labels, dimension, value) => {
    expect(Object.entries(cell(labels)).find(([name]) => name === dimension)?.[1]).toBe(value as string);
  });
});

test.each<[string | undefined, string | null]>([
  [undefined, null],
  ["", null],
  ["None", null],
  ["none", "none"],
  ["plain", "plain"],
  ['say \\"hi\\"', 'say "hi"'],
  ["C:\\\\models", "C:\\models"],
  ["a\\nb", "a\\nb"],
  ["café 账单", "café 账单"],
])("a label that reads %p stands for %p", (raw, value) => {
  expect(labelValue(raw)).toBe(value as string);
});
