import { describe, expect, test } from "bun:test";
import { MINUTE, openWorld, type World } from "../support/api.ts";

function usedWorld(): World {
  const world = openWorld();
  world.scrape();
  world.send({ spend: 0.0231, promptTokens: 1_204_000, completionTokens: 331 });
  world.pass(MINUTE);
  return world;
}

/** What a browser finds in a picture: its elements with their attributes, and its texts. */
async function read(
  svg: string,
): Promise<{ elements: { name: string; attributes: Map<string, string> }[]; texts: string[] }> {
  const elements: { name: string; attributes: Map<string, string> }[] = [];
  const texts: string[] = [];
  await new HTMLRewriter()
    .on("*", {
      element: (element) => {
        elements.push({ name: element.tagName, attributes: new Map(element.attributes) });
      },
      text: ({ text }) => {
        if (text !== "" && text !== "\n") texts.push(text);
      },
    })
    .transform(new Response(svg))
    .text();
  return { elements, texts };
}

describe("GET /badge/{name}", () => {
  test.each([
    ["cost-today.svg", "spend today", "$0.02"],
    ["cost-total.svg", "spend in all", "$0.02"],
    ["tokens-month.svg", "tokens this month", "1.2M"],
    ["requests-week.svg", "requests this week", "1"],
    ["failed-requests-today.svg", "failed requests today", "0"],
    ["status.svg", "LiteLLM spend", "ok"],
  ])("%s says %s: %s, in letters and for a screen reader", async (name, label, value) => {
    using world = usedWorld();
    const response = await world.get(`/badge/${name}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("image/svg+xml; charset=utf-8");
    const { elements, texts } = await read(await response.text());
    expect(texts).toEqual([`${label}: ${value}`, label, value]);
    expect(elements[0]?.attributes.get("role")).toBe("img");
    expect(elements[0]?.attributes.get("aria-label")).toBe(`${label}: ${value}`);
  });

  test("has no number before the first scrape, and says so where status is asked for", async () => {
    using world = openWorld();
    expect(await (await world.get("/badge/cost-today.svg")).text()).toContain("<title>spend today: -</title>");
    expect(await (await world.get("/badge/status.svg")).text()).toContain("<title>LiteLLM spend: starting</title>");
  });

  test.each([
    '"><script>alert(1)</script>',
    "</title></svg><img src=x onerror=alert(1)>",
    "' onload='alert(1)",
    "&#60;script&#62;&amp;",
    "\u0000\u202e\ud800]]>",
    "🦙".repeat(500),
    "費用",
  ])("a label from a stranger is text and nothing else: %s", async (label) => {
    using world = usedWorld();
    const svg = await (
      await world.get(`/badge/cost-today.svg?label=${encodeURIComponent(label.toWellFormed())}`)
    ).text();
    const { elements } = await read(svg);
    expect([...new Set(elements.map(({ name }) => name))].sort()).toEqual([
      "clippath",
      "g",
      "rect",
      "svg",
      "text",
      "title",
    ]);
    const attributes = new Set(elements.flatMap((element) => [...element.attributes.keys()]));
    expect([...attributes].filter((name) => /^on|href|style|src/.test(name))).toEqual([]);
    expect(svg).not.toMatch(/[\p{Cf}]|[^\P{Cc}\n]/u);
    expect(svg.length).toBeLessThan(2500);
  });

  test("asks nobody for anything, may run nothing, and is asked for anew each time", async () => {
    using world = usedWorld();
    const response = await world.get("/badge/cost-today.svg");
    const headers = Object.fromEntries(response.headers.entries());
    expect(headers["content-security-policy"]).toStartWith("default-src 'none'");
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-cache" });
    expect((await response.text()).replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/http|url\((?!#)/);
    const again = await world.get("/badge/cost-today.svg", { headers: { "If-None-Match": headers["etag"] ?? "" } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    world.send({ spend: 5 });
    world.pass(MINUTE);
    expect(
      (await world.get("/badge/cost-today.svg", { headers: { "If-None-Match": headers["etag"] ?? "" } })).status,
    ).toBe(200);
  });

  test.each(["nope.svg", "cost-today", "__proto__", "%3Csvg%3E"])(
    "answers %s with 404 and what there is",
    async (name) => {
      using world = usedWorld();
      const response = await world.get(`/badge/${name}`);
      expect(response.status).toBe(404);
      expect((await response.json()).available).toContain("cost-today.svg");
    },
  );
});
