import { describe, expect, test } from "bun:test";
import { YAML } from "bun";
import { MINUTE, openWorld, type World } from "../support/api.ts";
import { showWidget, type Widget } from "../support/homepage-widget.ts";
import { snippetText } from "./place.ts";

/** The widget of a part for services.yaml. What YAML gives is unknown, and the tests look into it. */
function widgetOf(part: string, hasApiKey = false): Widget {
  const [group] = YAML.parse(snippetText("homepage", part, { hasApiKey })) as [
    { AI: [{ LiteLLM: { href: string; widget: Widget } }] },
  ];
  expect(group.AI[0].LiteLLM.href).toBe("http://pulse.lan:8123");
  return group.AI[0].LiteLLM.widget;
}

/** What Homepage makes of labels: each is a path into the service (shvl's `set`). */
function widgetOfLabels(): { widget: Record<string, unknown>; mappings: Record<string, string>[] } {
  const { labels } = YAML.parse(snippetText("homepage", "labels")) as { labels: Record<string, unknown> };
  expect(
    Object.entries(labels).filter(([name, value]) => !name.startsWith("homepage.") || typeof value !== "string"),
  ).toEqual([]); // Compose refuses a label that is no text.
  const widget: Record<string, unknown> = {};
  const mappings: Record<string, string>[] = [];
  for (const [name, value] of Object.entries(labels)) {
    const [, index, key] = /^homepage\.widget\.mappings\[(\d)\]\.(\w+)$/.exec(name) ?? [];
    if (index !== undefined && key !== undefined)
      mappings[Number(index)] = { ...mappings[Number(index)], [key]: String(value) };
    else if (name.startsWith("homepage.widget.")) widget[name.slice("homepage.widget.".length)] = value;
  }
  return { widget, mappings };
}

async function shown(world: World, widget: Widget) {
  expect(widget).toMatchObject({ type: "customapi", url: "http://pulse.lan:8123/api/v1/homepage" });
  const response = await world.get(new URL(widget.url).pathname);
  return showWidget(widget, response.status, await response.json());
}

function usedWorld(): World {
  const world = openWorld();
  world.scrape();
  world.send({ spend: 0.0231, promptTokens: 1_204_000, completionTokens: 331 });
  world.pass(MINUTE);
  return world;
}

describe("snippet homepage", () => {
  test("block fills its four tiles", async () => {
    using world = usedWorld();
    expect(await shown(world, widgetOf("block"))).toEqual({
      kind: "rows",
      rows: [
        ["Today", "$0.02"],
        ["This month", "$0.02"],
        ["Month's end", "-"],
        ["Tokens today", "1.2M"],
      ],
    });
    expect(widgetOf("block").mappings).toHaveLength(4);
  });

  test("list has a value in every row, and the change beside the money", async () => {
    using world = usedWorld();
    const list = await shown(world, widgetOf("list"));
    if (list.kind === "error") throw new Error(list.message);
    expect(list.rows[0]).toEqual(["Spent today", "$0.02", "-"]);
    expect(list.rows.at(-1)).toEqual(["In flight", "1"]);
    expect(new Set(list.rows.map(([label]) => label)).size).toBe(list.rows.length);
    expect(list.rows.flat().filter((text) => text === "" || text === "NaN")).toEqual([]);
  });

  test("models lists the models of the month", async () => {
    using world = usedWorld();
    const [model] = (await world.json("/api/v1/models")).models;
    expect(await shown(world, widgetOf("models"))).toEqual({
      kind: "rows",
      rows: [[model.model, "$0.02 | 1.2M tok"]],
    });
    using empty = openWorld();
    expect(await shown(empty, widgetOf("models"))).toEqual({ kind: "rows", rows: [["No items found"]] });
  });

  test("labels make the very widget of block", () => {
    const { mappings, ...rest } = widgetOf("block");
    const labelled = widgetOfLabels();
    expect(labelled.mappings).toEqual([...(mappings as Record<string, string>[])]);
    expect(labelled.widget).toEqual({ ...rest, refreshInterval: String(rest.refreshInterval) });
  });

  test("with a key it sends one that Homepage fills in", () => {
    expect(widgetOf("list", true).headers).toEqual({ Authorization: "Bearer {{HOMEPAGE_VAR_LITELLM_PULSE_KEY}}" });
    expect(snippetText("homepage", "labels", { hasApiKey: true })).toContain("homepage.widget.headers.Authorization");
  });
});
