import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { durationText, rateText } from "../../../lib/dashboard/page/numbers.ts";
import { countText } from "../../../lib/report/count-text.ts";
import { DAY } from "../../support/api.ts";
import type { Sandbox } from "../../support/binary.ts";
import { until } from "../../support/binary.ts";
import { chromiumPath, launch, openTab } from "./browser.ts";
import { HOSTILE } from "./history.ts";
import { requestLog } from "./request-log.ts";
import { openSite, type Site, usage, ZONE } from "./site.ts";

setDefaultTimeout(60_000);

/** A window that begins at noon, in the middle of a day. */
const CUT = `since=${new Date(Date.now() - 9 * DAY).toISOString().slice(0, 10)}T17:00:00Z`;

async function importLog(sandbox: Sandbox): Promise<void> {
  const file = join(sandbox.folder, "requests.jsonl");
  writeFileSync(file, requestLog());
  const { code, stderr } = await sandbox.run(["import", file], { set: { TIMEZONE: ZONE } });
  if (code !== 0) throw new Error(stderr);
}

const texts = (page: Page, selector: string) => page.locator(selector).allInnerTexts();
const column = (page: Page, name: string) => texts(page, `#latency tbody [data-column="${name}"]`);
const rate = (failed: number | null, requests: number | null) => rateText(((failed ?? 0) / (requests ?? 0)) * 100);

describe.skipIf(chromiumPath() === undefined)("latency and errors on the dashboard", () => {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), openSite({}, importLog)]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  test("are the API's numbers, as text, in charts and in tables", async () => {
    await using tab = await openTab(browser, site.origin);
    const { page } = tab;
    await page.goto(`${site.url}?${CUT}`);
    await page.waitForSelector("#latency tbody tr");
    const { total, groups, steps, latency_period } = await usage(
      site,
      `${CUT}&by=model&sort=requests&top=25&source=ledger`,
    );
    expect(total.requests).toBeGreaterThan(100);
    expect(total.failed_requests).toBeGreaterThan(0);
    expect(await texts(page, "#requests-facts dd")).toEqual([
      countText(total.requests),
      `${countText(total.failed_requests)} (${rate(total.failed_requests, total.requests)})`,
      ...[total.p50_latency_ms, total.p95_latency_ms, total.p99_latency_ms, total.avg_ttft_ms].map(durationText),
    ]);
    expect(await texts(page, "#latency tbody th")).toEqual(groups.map(({ model }) => model ?? ""));
    expect(await column(page, "requests")).toEqual(groups.map(({ requests }) => countText(requests)));
    expect(await column(page, "error_rate")).toEqual(
      groups.map((group) => rate(group.failed_requests, group.requests)),
    );
    expect(await column(page, "mean")).toEqual(groups.map((group) => durationText(group.avg_latency_ms)));
    expect(await column(page, "p99")).toEqual(groups.map((group) => durationText(group.p99_latency_ms)));
    expect(await column(page, "firstToken")).toEqual(groups.map((group) => durationText(group.avg_ttft_ms)));
    for (const id of ["traffic", "errors", "chart"]) {
      await page.locator(`#${id}-steps summary`).click();
      // A table of steps is filled once the browser has told that it is open.
      await page.waitForSelector(`#${id}-steps tbody tr`);
    }
    const cells = async (id: string, place: number) =>
      (await texts(page, `#${id}-steps tbody td:nth-child(${place})`)).map((text) => text.trim());
    expect(await cells("traffic", 2)).toEqual(steps.map(({ requests }) => countText(requests)));
    expect(await cells("traffic", 4)).toEqual(steps.map((step) => countText(step.failed_requests)));
    expect(await cells("errors", 2)).toEqual(steps.map((step) => rate(step.failed_requests, step.requests)));
    expect(latency_period?.from).toEndWith("T00:00:00-05:00");
    expect(await page.locator("#requests-words").innerText()).toContain("Latency is that of whole days");
    const shown = await usage(site, `${CUT}&by=model&sort=cost&top=8&group_steps=cost`);
    expect(shown.source).toBe("ledger");
    expect(shown.groups[0]?.steps?.some((cost) => (cost ?? 0) > 0)).toBe(true);
    expect(await texts(page, "#chart-steps tbody tr:nth-child(2) td")).toHaveLength(shown.groups.length + 1);
    expect(tab.problems).toEqual([]);
  });

  test("take no name for markup, and follow the keyboard", async () => {
    await using tab = await openTab(browser, site.origin);
    const { page } = tab;
    await page.goto(`${site.url}?last=10d`);
    await page.waitForSelector("#latency tbody tr");
    expect(await texts(page, "#latency tbody th")).toContain(HOSTILE);
    expect(await page.locator("main img, main script").count()).toBe(0);
    const { steps } = await usage(site, "last=10d&source=ledger");
    const last = steps.at(-1);
    await page.locator("#traffic").focus();
    await page.keyboard.press("End");
    expect(await page.locator("#traffic").getAttribute("aria-valuetext")).toContain(
      `Failed ${countText(last?.failed_requests ?? null)}`.replace("Failed 0", countText(last?.requests ?? null)),
    );
    await page.locator("#errors").focus();
    await page.keyboard.press("Home");
    expect(await page.locator("#errors .tip").innerText()).toContain("%");
    await page.keyboard.press("Enter");
    await page.waitForURL(/since=\d{4}-\d\d-\d\d&until=/);
    expect(tab.problems).toEqual([]);
  });

  test("have no latency where one team alone is looked at, and say so", async () => {
    await using tab = await openTab(browser, site.origin);
    const { page } = tab;
    await page.goto(`${site.url}?last=10d&team=Work`);
    await page.waitForSelector("#latency tbody tr");
    const { total } = await usage(site, "last=10d&team=Work&source=ledger");
    expect((await texts(page, "#requests-facts dd"))[0]).toBe(countText(total.requests));
    expect(await texts(page, "#latency thead th")).not.toContain("p99");
    expect(await page.locator("#requests-words").innerText()).toContain("take away the other filters");
  });

  test("of a time without records say so", async () => {
    await using tab = await openTab(browser, site.origin);
    await tab.page.goto(`${site.url}?since=2020-01-01&until=2020-01-03`);
    await tab.page.waitForSelector("#requests-notice .notice");
    expect(await tab.page.locator("#requests-notice").innerText()).toContain(
      "No requests are in the logs of this time",
    );
    expect(await tab.page.locator("#requests-body").isVisible()).toBe(false);
  });

  test("of a server without a ledger say what would feed one, of an open server who may see them", async () => {
    for (const [set, words] of [
      [{}, "LITELLM_PULSE_DATABASE_URL"],
      [{ HOST: "0.0.0.0" }, "LITELLM_PULSE_API_KEY"],
    ] as const) {
      await using site = await openSite(set);
      await using tab = await openTab(browser, site.origin);
      await tab.page.goto(site.url);
      await until("the reason is there", async () =>
        (await tab.page.locator("#requests-notice").innerText()).includes(words),
      );
      expect(tab.problems).toEqual([]);
    }
  });
});
