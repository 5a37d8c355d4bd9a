import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { UsageAnswer } from "../../../lib/query/usage/answer.ts";
import { usageHtml } from "../../../lib/report/html/usage-html.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";
import { homelabAnswer, measures, NOW, quietAnswer, usage } from "../answers.ts";

const NOTE = 'A <note> that says "so"';

const pageOf = (answer: UsageAnswer, by: Parameters<typeof usageHtml>[1]["by"] = ["model"]) =>
  usageHtml(answer, { by, now: NOW, newestAt: NOW - 12_000, notes: [NOTE] });

/** The elements of a page by their names, and its texts, as a browser's parser sees them. */
async function parsed(html: string) {
  const elements = new Map<string, number>();
  const attributes: string[] = [];
  const texts: string[] = [];
  const rewriter = new HTMLRewriter().on("*", {
    element(element) {
      elements.set(element.tagName, (elements.get(element.tagName) ?? 0) + 1);
      for (const [name] of element.attributes) attributes.push(name);
    },
    text: ({ text }) => void texts.push(text),
  });
  await rewriter.transform(new Response(html)).text();
  return { elements, attributes, texts };
}

describe("the page", () => {
  test("says of which source it is how fresh", () => {
    expect(pageOf(homelabAnswer())).toContain(", scraped 12 s ago");
    expect(pageOf(homelabAnswer({ source: "ledger" }))).toContain(", folded 12 s ago");
  });

  test("loads nothing and runs nothing", async () => {
    const html = pageOf(homelabAnswer());
    const { elements, attributes } = await parsed(html);
    for (const name of ["script", "link", "img", "iframe", "object", "form", "base", "a"]) {
      expect([name, elements.get(name) ?? 0]).toEqual([name, 0]);
    }
    expect(attributes.filter((name) => /^on|^src$|^href$|^style$/.test(name))).toEqual([]);
    expect(html).not.toMatch(/url\(|@import|https?:\/\//);
    expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'");
  });

  test("has the total, the comparison, the forecast, the notes and a row for each group", async () => {
    const { elements, texts } = await parsed(pageOf(homelabAnswer()));
    const shown = texts.join("\n");
    expect(shown).toContain("LiteLLM usage, today");
    expect(shown).toContain("Sat 21 Nov 2026 (America/New_York), scraped 12 s ago");
    for (const text of [
      "$0.02702",
      "1,361",
      "yesterday by this time $0.0231 (+17 %)",
      "forecast for the day $0.0413",
    ]) {
      expect(shown).toContain(text);
    }
    expect(shown).toContain("A &lt;note&gt; that says &quot;so&quot;");
    // A header, eight groups and a total.
    expect(elements.get("tr")).toBe(10);
    expect(elements.get("title")).toBe(16);
  });

  test("has a bar for each step, of the right height and kind", () => {
    const steps = [1, null, 4, 2].map((cost, hour) => ({
      at: `2026-11-21T0${hour}:00:00-05:00`,
      estimated: hour === 3,
      ...measures({ cost }),
    }));
    const bars = [
      ...pageOf(homelabAnswer({ steps })).matchAll(
        /<rect class="(\w+)" x="([\d.]+)" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"><title>(.*?)</g,
      ),
    ].map(([, kind, x, y, height, title]) => [kind, Number(x), Number(y), Number(height), title]);
    expect(bars).toEqual([
      ["cost", 0, 80, 20, "2026-11-21: $1.00"],
      ["unseen", 250, 0, 100, "11-21 01:00: not observed"],
      ["cost", 500, 20, 80, "11-21 02:00: $4.00"],
      ["estimated", 750, 60, 40, "11-21 03:00: $2.00, estimated"],
    ]);
  });

  test("adds up neighbours where there are more steps than pixels", () => {
    const steps = Array.from({ length: 2001 }, (_, index) => ({
      at: new Date(index * 900_000).toISOString(),
      estimated: false,
      ...measures({ cost: 1 }),
    }));
    const titles = [...pageOf(homelabAnswer({ steps })).matchAll(/<rect[^>]*><title>[^<]*: \$([\d.]+)</g)].map(
      ([, cost]) => Number(cost),
    );
    expect(titles.length).toBeLessThanOrEqual(500);
    expect(titles.reduce((all, cost) => all + cost, 0)).toBe(2001);
  });

  test("keeps its shape where nothing was used", async () => {
    const { elements, texts } = await parsed(pageOf(quietAnswer()));
    expect(texts.join("")).toContain("No usage in this period");
    expect([elements.get("tr"), elements.has("rect")]).toEqual([3, false]);
  });

  test("shows how the budget stands", () => {
    const budget = {
      window: "daily",
      limit: 0.02,
      spent: 0.02702,
      remaining: -0.00702,
      used_ratio: 1.351,
      passed: true,
      forecast_passes: true,
    } as const;
    const html = pageOf(homelabAnswer({ budget }));
    expect(html).toContain('<p class="bad">$0.027 of $0.02, 135 % used</p>');
    expect(html).toContain('<rect class="cost" width="100" height="8"/>');
  });
});

describe("names", () => {
  const HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><svg onload=alert(1)>",
    "'-alert(1)-'",
    "&lt;b&gt;",
    "<!--",
    "\u001b]8;;http://evil\u0007",
    "\u202egnp.exe",
  ];

  test.each(HOSTILE)("%j adds no element and no attribute", async (name) => {
    const page = (model: string) => parsed(pageOf(homelabAnswer({ groups: [{ model, ...usage(1, 0, 1, 1, 0, 1) }] })));
    const [hostile, tame] = [await page(name), await page("tame")];
    expect([hostile.elements, hostile.attributes]).toEqual([tame.elements, tame.attributes]);
  });

  test(
    "of any kind leave the page as it is",
    async () => {
      const count = async (name: string) => {
        const answer = homelabAnswer({ groups: [{ model: name, ...usage(1, 0, 1, 1, 0, 1) }] });
        const { elements } = await parsed(pageOf({ ...answer, period: { ...answer.period, name, timezone: name } }));
        return elements;
      };
      const expected = await count("tame");
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (name) => {
          expect(await count(name)).toEqual(expected);
        }),
        propertyRuns(25),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
