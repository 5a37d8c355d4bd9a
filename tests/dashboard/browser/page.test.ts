import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { countText } from "../../../lib/report/count-text.ts";
import { moneyDecimals, moneyText } from "../../../lib/report/money-text.ts";
import { percentText } from "../../../lib/report/percent-text.ts";
import { until } from "../../support/binary.ts";
import { chromiumPath, launch, openTab } from "./browser.ts";
import { HOSTILE } from "./history.ts";
import { openSite, type Site, usage } from "./site.ts";

setDefaultTimeout(60_000);

const texts = (page: Page, selector: string) => page.locator(selector).allInnerTexts();
const ready = (page: Page) => page.waitForSelector("#rows tbody tr");

describe.skipIf(chromiumPath() === undefined)("the dashboard", () => {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), openSite()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  test("shows the API's numbers, in cards, table and chart", async () => {
    await using tab = await openTab(browser, site.origin);
    await tab.page.goto(site.url);
    await ready(tab.page);
    for (const [index, period] of ["today", "week", "month"].entries()) {
      const { total } = await usage(site, `period=${period}`);
      expect((await texts(tab.page, ".card .big"))[index]).toBe(moneyText(total.cost));
      expect((await texts(tab.page, ".card"))[index]).toContain(`${countText(total.requests)} requests`);
    }
    const { total, groups, steps } = await usage(site, "last=30d&by=model");
    const decimals = moneyDecimals([total.cost, ...groups.map(({ cost }) => cost)]);
    expect(await texts(tab.page, "#rows tbody th")).toEqual(groups.map(({ model }) => model ?? ""));
    expect(await texts(tab.page, '#rows [data-column="cost"]')).toEqual(
      [...groups, total].map(({ cost }) => moneyText(cost, decimals)),
    );
    expect(await texts(tab.page, '#rows [data-column="requests"]')).toEqual(
      [...groups, total].map(({ requests }) => countText(requests)),
    );
    expect(await tab.page.locator("#chart-total").innerText()).toStartWith(`${moneyText(total.cost)} `);
    await tab.page.locator("#chart-steps summary").click();
    // The table of steps is filled once the browser has told that it is open.
    await tab.page.waitForSelector("#chart-steps tbody tr");
    const layers = (await usage(site, "last=30d&by=model&top=8&group_steps=cost")).groups.map(
      ({ steps = [] }) => steps,
    );
    const stepDecimals = moneyDecimals([...steps.map(({ cost }) => cost), ...layers.flat()]);
    const column = async (place: number) =>
      (await texts(tab.page, `#chart-steps tbody td:nth-child(${place})`)).map((text) => text.replace("–", "-"));
    const asText = (cost: number | null) => moneyText(cost, stepDecimals);
    expect(await column(2)).toEqual(steps.map(({ cost }) => asText(cost)));
    for (const [index, amounts] of layers.entries()) expect(await column(index + 3)).toEqual(amounts.map(asText));
    expect(tab.problems).toEqual([]);
  });

  test("takes no name for markup", async () => {
    await using tab = await openTab(browser, site.origin);
    await tab.page.goto(`${site.url}?find=img`);
    await ready(tab.page);
    expect(await texts(tab.page, "#rows tbody th")).toEqual([HOSTILE]);
    expect(await tab.page.locator("#legend").innerText()).toContain(HOSTILE);
    await tab.page.locator("#rows tbody a").click();
    await tab.page.waitForSelector("#chips a");
    expect(await tab.page.locator("#chips").innerText()).toContain(`Model: ${HOSTILE}`);
    expect(new URL(tab.page.url()).searchParams.get("model")).toBe(HOSTILE);
    expect(await tab.page.locator("main img, main script").count()).toBe(0);
    expect(tab.problems).toEqual([]);
  });

  test("keeps what is shown in the address, through a reload and back", async () => {
    await using tab = await openTab(browser, site.origin);
    const { page } = tab;
    await page.goto(site.url);
    await ready(page);
    await page.getByRole("link", { name: "7 d", exact: true }).click();
    await page.getByRole("link", { name: "Tokens", exact: true }).click();
    await page.locator("#by").selectOption("team");
    await page.locator("#find").fill("work");
    await until("one row is left", async () => (await texts(page, "#rows tbody th")).length === 1);
    const read = async () => ({
      query: new URL(page.url()).search,
      current: await texts(page, ".segments [aria-current]"),
      by: await page.locator("#by").inputValue(),
      rows: await texts(page, "#rows tbody tr"),
    });
    const before = await read();
    expect(before).toMatchObject({
      query: "?last=7d&by=team&metric=tokens&find=work",
      current: ["7 d", "Tokens"],
      by: "team",
    });
    expect(before.rows[0]).toContain("Work");
    await page.reload();
    await ready(page);
    expect(await read()).toEqual(before);
    await page.goBack();
    await page.goBack();
    await until("the first range is back", async () => (await texts(page, ".segments [aria-current]"))[0] === "7 d");
    expect(new URL(page.url()).search).toBe("?last=7d");
    expect(tab.problems).toEqual([]);
  });

  test("is used without a pointer", async () => {
    await using tab = await openTab(browser, site.origin);
    const { page } = tab;
    await page.goto(`${site.url}?period=month`);
    await ready(page);
    const { steps } = await usage(site, "period=month&step=day");
    await page.locator("#chart").focus();
    await page.keyboard.press("End");
    const spoken = await page.locator("#chart").getAttribute("aria-valuetext");
    expect(spoken).toContain(moneyText(steps.at(-1)?.cost ?? null));
    expect(await page.locator(".tip").innerText()).toContain(moneyText(steps.at(-1)?.cost ?? null));
    await page.keyboard.press("Enter");
    const day = steps.at(-1)?.at.slice(0, 10);
    await page.waitForURL(
      (address) => address.searchParams.get("since") === day && address.searchParams.get("until") === day,
    );
    // A new answer must not take the focus away.
    const sort = page.getByRole("link", { name: "Requests", exact: true }).last();
    await sort.focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector('th[aria-sort="descending"] >> text=Requests');
    site.nextPage();
    await until("the next answer is shown", async () => {
      const { total } = await usage(site, "period=today");
      return (await texts(page, ".card .big"))[0] === moneyText(total.cost);
    });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toStartWith("Requests");
    expect(tab.problems).toEqual([]);
  });

  test("zooms into what is dragged over", async () => {
    await using tab = await openTab(browser, site.origin);
    const { page } = tab;
    await page.goto(site.url);
    await ready(page);
    const box = await page.locator(".u-over").boundingBox();
    if (!box) throw new Error("There is no chart");
    await page.mouse.move(box.x + box.width * 0.8, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/since=\d{4}-\d\d-\d\d&until=/);
    await until(
      "fewer days are shown",
      async () => Number(await page.locator("#chart").getAttribute("aria-valuemax")) < 8,
    );
    expect(tab.problems).toEqual([]);
  });

  test("says what was not observed, what is an estimate and when LiteLLM restarted", async () => {
    await using tab = await openTab(browser, site.origin);
    await tab.page.goto(site.url);
    await ready(tab.page);
    const words = await tab.page.locator("#coverage").innerText();
    const { coverage } = await usage(site, "last=30d");
    expect(words).toContain(`observed ${Math.round(coverage.observed_ratio * 100)} %`);
    expect(words).toContain("estimated");
    expect(words).toContain("not observed");
    expect(words).toContain("restart of LiteLLM");
  });

  test("shows a new answer by itself, without polling", async () => {
    await using tab = await openTab(browser, site.origin);
    const { page } = tab;
    await page.goto(`${site.url}?period=today`);
    await ready(page);
    const [before] = await texts(page, ".card .big");
    site.nextPage();
    await until("the number changes", async () => (await texts(page, ".card .big"))[0] !== before);
    const { total } = await usage(site, "period=today");
    expect((await texts(page, ".card .big"))[0]).toBe(moneyText(total.cost));
    expect(tab.requests.filter((url) => url.endsWith("/api/v1/events"))).toHaveLength(1);
  });

  test("says how the budgets stand that are set: far, on the way to pass, passed", async () => {
    const today = (await usage(site, "period=today")).total.cost ?? 0;
    await using budgeted = await openSite({
      BUDGET_DAILY: String(today * 100),
      BUDGET_WEEKLY: String((await usage(site, "period=week")).total.cost ?? 0),
      BUDGET_MONTHLY: "0.01",
    });
    await using tab = await openTab(browser, budgeted.origin);
    await tab.page.goto(budgeted.url);
    await ready(tab.page);
    const states = new Set<string>();
    for (const [index, period] of ["today", "week", "month"].entries()) {
      const { budget } = await usage(budgeted, `period=${period}`);
      if (!budget) throw new Error(`There is no budget for ${period}`);
      const { limit, used_ratio: used, passed, forecast_passes: passes } = budget;
      const words = passed ? ", passed" : passes ? ", on the way to pass it" : "";
      const card = tab.page.locator(".card").nth(index);
      expect(await card.innerText()).toContain(
        `${percentText((used ?? 0) * 100)} of the budget of ${moneyText(limit)}${words}`,
      );
      const state = await card.locator(".meter").getAttribute("data-state");
      expect(state).toBe(passed ? "passed" : passes ? "near" : "well");
      states.add(state ?? "");
      const bar = await card.locator(".meter").boundingBox();
      const fill = await card.locator(".meter span").boundingBox();
      expect((fill?.width ?? 0) / (bar?.width ?? 1)).toBeCloseTo(Math.min(1, used ?? 0), 1);
    }
    expect(states.size).toBeGreaterThan(1);
    expect(tab.problems).toEqual([]);
  });

  test("keeps the colors that were chosen, and takes the system's otherwise", async () => {
    await using tab = await openTab(browser, site.origin, { colorScheme: "dark" });
    const background = () => tab.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await tab.page.goto(site.url);
    const dark = await background();
    await tab.page.locator("#theme").click();
    const light = await background();
    expect(light).not.toBe(dark);
    await tab.page.reload();
    expect(await background()).toBe(light);
  });

  test("is no wider than its window, on a phone too", async () => {
    await using tab = await openTab(browser, site.origin);
    await tab.page.goto(site.url);
    await ready(tab.page);
    // The widest it is while it is made narrower, too: the chart is drawn anew only after its box has shrunk.
    await tab.page.evaluate(() => {
      const root = document.documentElement;
      const note = () => {
        root.dataset["beyond"] = String(Math.max(Number(root.dataset["beyond"] ?? 0), root.scrollWidth - innerWidth));
      };
      addEventListener("resize", note);
      new ResizeObserver(note).observe(root);
    });
    for (const width of [1280, 768, 390, 320]) {
      await tab.page.setViewportSize({ width, height: 800 });
      await tab.page.waitForFunction(
        (wanted) => innerWidth === wanted && (document.querySelector(".uplot")?.clientWidth ?? wanted) < wanted,
        width,
      );
      expect(await tab.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    expect(await tab.page.evaluate(() => document.documentElement.dataset["beyond"])).toBe("0");
  });

  test("shows what the server says of a question that it does not understand, and a way back", async () => {
    await using tab = await openTab(browser, site.origin);
    await tab.page.goto(`${site.url}?last=forever`);
    await tab.page.waitForSelector("#chart-notice .notice");
    expect(await tab.page.locator("#chart-notice").innerText()).toContain('last is "forever"');
    await tab.page.locator("#chart-notice a").click();
    await ready(tab.page);
    expect(tab.problems).toEqual([]);
  });
});
