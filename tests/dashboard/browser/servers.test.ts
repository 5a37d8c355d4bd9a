import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { moneyText } from "../../../lib/report/money-text.ts";
import { openSandbox, until } from "../../support/binary.ts";
import { chromiumPath, launch, openTab } from "./browser.ts";
import { openSite, usage } from "./site.ts";

setDefaultTimeout(60_000);

const KEY = "pulse-key-1";

const texts = (page: Page, selector: string) => page.locator(selector).allInnerTexts();
const ready = (page: Page) => page.waitForSelector("#rows tbody tr");

describe.skipIf(chromiumPath() === undefined)("the dashboard", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test("of a server with a key lets one sign in for as long as the tab lives, under a path of its own", async () => {
    await using site = await openSite({ API_KEY: KEY, BASE_PATH: "/tools/pulse", HOST: "0.0.0.0" });
    await using tab = await openTab(browser, site.origin);
    const { page } = tab;
    await page.goto(site.url.slice(0, -1));
    const input = page.getByLabel("Key", { exact: true });
    await input.fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await until("the key is refused", async () => (await page.getByRole("alert").innerText()).includes("not accepted"));
    expect(await page.locator("#content").isVisible()).toBe(false);
    await input.fill(KEY);
    await page.keyboard.press("Enter");
    await ready(page);
    const headers = { Authorization: `Bearer ${KEY}` };
    const { total } = await usage(site, "period=today", { headers });
    expect((await texts(page, ".card .big"))[0]).toBe(moneyText(total.cost));
    await page.locator("#by").selectOption("team");
    await until("teams are shown", async () => (await texts(page, "#rows tbody th")).includes("Homelab"));
    await page.reload();
    await ready(page);
    expect(tab.requests.filter((url) => !url.startsWith(site.url.slice(0, -1)))).toEqual([]);
    expect(tab.requests.some((url) => url.includes(KEY))).toBe(false);
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }) + document.cookie)).not.toContain(KEY);
    const other = await page.context().newPage();
    await other.goto(site.url);
    await other.waitForSelector(".sign-in");
    await page.locator("#sign-out").click();
    await page.waitForSelector(".sign-in");
    expect(tab.problems).toEqual([]);
  });

  test("of a server without a key, open to others, offers what names nobody and says what to set", async () => {
    await using site = await openSite({ HOST: "0.0.0.0" });
    await using tab = await openTab(browser, site.origin);
    const { page } = tab;
    await page.goto(site.url);
    await ready(page);
    const disabled = page.locator("#by option:disabled");
    expect(await disabled.evaluateAll((options) => options.map((option) => option.getAttribute("value")))).toEqual([
      "team",
      "key",
      "user",
      "end_user",
    ]);
    expect(await page.locator("#people").innerText()).toContain("LITELLM_PULSE_API_KEY");
    await page.goto(`${site.url}?by=team`);
    await page.waitForSelector("#chart-notice .notice");
    expect(await page.locator("#chart-notice").innerText()).toContain("names people");
    expect(tab.problems).toEqual([]);
  });

  test("of a server that never reached LiteLLM says why, and what it waits for", async () => {
    await using sandbox = openSandbox();
    const { url } = await sandbox.serve({ set: { METRICS_URL: "http://127.0.0.1:9/metrics/" } });
    await using tab = await openTab(browser, url);
    await tab.page.goto(url);
    await tab.page.waitForSelector("#chart-notice .notice");
    await until("the reason is there", async () =>
      (await tab.page.locator("#banner").innerText()).includes("127.0.0.1:9"),
    );
    expect(await tab.page.locator("#status").innerText()).toContain("Waiting for the first scrape");
    expect(await tab.page.locator("#chart-notice").innerText()).toContain("Nothing is known of this time");
    expect(tab.problems).toEqual([]);
  });

  test("of a server that goes away keeps showing what was known, and says so", async () => {
    await using site = await openSite();
    await using tab = await openTab(browser, site.origin);
    const { page } = tab;
    await page.goto(site.url);
    await ready(page);
    const before = await texts(page, ".card .big");
    // The stream of events must not keep it from ending.
    site.stop();
    await until("the page says so", async () =>
      (await page.locator("#banner").innerText()).includes("does not answer"),
    );
    expect(await texts(page, ".card .big")).toEqual(before);
  });
});
