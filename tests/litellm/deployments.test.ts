import { describe, expect, test } from "bun:test";
import { createDeployments, type Deployments } from "../../lib/litellm/deployments.ts";

type Labels = Readonly<Record<string, string>>;
const reader = (labels: Labels) => (name: string) => labels[name];

function learned(...series: Labels[]): Deployments {
  const deployments = createDeployments([]);
  for (const labels of series) deployments.learn(reader(labels));
  return deployments;
}

const SPEND = { model_id: "1", model: "gpt-4o" };
const REQUESTS = { model_id: "1", requested_model: "smart" };
const TOKENS = { ...SPEND, ...REQUESTS };
const MINI = { model_id: "1", model: "gpt-4o-mini", requested_model: "openai/gpt-4o-mini" };
const LARGE = { model_id: "1", model: "gpt-4o", requested_model: "openai/gpt-4o" };

describe("what a series says of its deployment", () => {
  type Row = [string, Labels[], Labels, string | null, string | null, string | null];
  test.each<Row>([
    ["gives requests their model", [SPEND], REQUESTS, "gpt-4o", "smart", null],
    ["gives spend its group", [REQUESTS], SPEND, "gpt-4o", "smart", null],
    ["gives both to what has neither", [TOKENS], { model_id: "1" }, "gpt-4o", "smart", null],
    [
      "gives spend without a model the group that its requests go under",
      [{ ...REQUESTS, model: "" }],
      { model_id: "1", model: "" },
      "smart",
      "smart",
      null,
    ],
    ["gives its provider to all", [{ ...REQUESTS, api_provider: "azure" }], SPEND, "gpt-4o", "smart", "azure"],
    ["is not asked where a series says it itself", [TOKENS], LARGE, "gpt-4o", "openai/gpt-4o", null],
    ["is not known of another deployment", [TOKENS], { model_id: "2", requested_model: "x" }, "x", "x", null],
    ["is not known of what has no deployment", [TOKENS], { requested_model: "x" }, "x", "x", null],
    [
      "is not learned of what is none",
      [{ ...TOKENS, model_id: "None" }],
      { model_id: "None", requested_model: "x" },
      "x",
      "x",
      null,
    ],
    ["leaves spend of an unknown group under its model", [], SPEND, "gpt-4o", "gpt-4o", null],
    ["leaves what says nothing without a model", [], {}, null, null, null],
    ["keeps the first group", [TOKENS, { ...TOKENS, requested_model: "other" }], SPEND, "gpt-4o", "smart", null],
    [
      "gives an alias the model of its deployment",
      [TOKENS],
      { ...REQUESTS, requested_model: "alias" },
      "gpt-4o",
      "alias",
      null,
    ],
    [
      "tells the models behind a wildcard apart by the group",
      [MINI, LARGE],
      { model_id: "1", requested_model: "openai/gpt-4o" },
      "gpt-4o",
      "openai/gpt-4o",
      null,
    ],
    [
      "tells the groups behind a wildcard apart by the model",
      [LARGE, MINI],
      { model_id: "1", model: "gpt-4o-mini" },
      "gpt-4o-mini",
      "openai/gpt-4o-mini",
      null,
    ],
    [
      "leaves a model behind a wildcard that nobody named under its group",
      [MINI, LARGE],
      { model_id: "1", requested_model: "openai/o9" },
      "openai/o9",
      "openai/o9",
      null,
    ],
    [
      "leaves a group behind a wildcard that nobody named under its model",
      [MINI, LARGE],
      { model_id: "1", model: "o9" },
      "o9",
      "o9",
      null,
    ],
  ])("%s", (_, series, asked, model, group, provider) => {
    expect(learned(...series).resolve(reader(asked))).toMatchObject({ model, model_group: group, provider });
  });

  test("is the same after it was stored and read back", () => {
    const series = [
      SPEND,
      REQUESTS,
      { ...TOKENS, requested_model: "second" },
      { ...MINI, api_provider: "openai" },
      LARGE,
    ];
    const deployments = learned(...series);
    const again = createDeployments(deployments.news);
    for (const labels of [...series, { model_id: "1" }, { model_id: "1", model: "new" }]) {
      expect(again.resolve(reader(labels))).toEqual(deployments.resolve(reader(labels)));
    }
    for (const labels of series) again.learn(reader(labels));
    expect(again.news).toEqual([]);
  });

  test("is news only once", () => {
    expect(learned(TOKENS, TOKENS, SPEND, REQUESTS).news).toHaveLength(1);
  });

  test("may have names that objects know", () => {
    const labels = { model_id: "__proto__", model: "constructor" };
    expect(learned(labels).resolve(reader({ model_id: "__proto__" }))).toMatchObject({ model: "constructor" });
  });
});
