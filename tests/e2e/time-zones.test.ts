import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, type Sandbox, until } from "../support/binary.ts";
import { recordedPages, truthBetween } from "../support/recorded.ts";
import { expectUsage, getJson, type HistoryAnswer, type MetricsAnswer, reportOf, type UsageAnswer } from "./answers.ts";
import { createGate, openPageServer, recordedAnswer } from "./page-server.ts";

setDefaultTimeout(60_000);

const ZONES = [
  ...Array.from({ length: 9 }, (_, index) => `Etc/GMT${index < 4 ? "+" : "-"}${Math.abs(index - 4) * 3}`),
  "UTC",
  "America/New_York",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Kiritimati",
];
const WINDOWS = ["period=today", "period=week", "period=month", "last=3h", "last=1d", "last=2d", "last=30d"];
const MINUTE_MS = 60_000;

describe("what was used in the last seconds", () => {
  test("is in every window that ends now, in whatever zone it is asked for", async () => {
    await using sandbox = openSandbox();
    const { url, used, server } = await withTwoPages(sandbox);
    await using _ = server;
    const wrong: unknown[] = [];
    for (const zone of ZONES.filter((each) => !isAboutMidnight(each))) {
      for (const window of WINDOWS) {
        const question = `${window}&timezone=${encodeURIComponent(zone)}`;
        const { total, groups, steps } = await getJson<UsageAnswer>(`${url}/api/v1/usage?${question}`);
        const requests = [[total], groups, steps].map((rows) =>
          rows.reduce((sum, row) => sum + Number(row["requests"]), 0),
        );
        if (requests.some((sum) => sum !== used.requests)) wrong.push({ zone, window, requests });
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each(ZONES.slice(-3))("is in a report in %s of a database in another zone", async (zone) => {
    if (isAboutMidnight(zone)) return;
    await using sandbox = openSandbox();
    const { used, server } = await withTwoPages(sandbox);
    await using _ = server;
    expectUsage((await reportOf(sandbox, ["--last", "1d"], { set: { TIMEZONE: zone } })).total, used);
    expectUsage((await reportOf(sandbox, [], { set: { TIMEZONE: zone } })).total, used);
  });

  test("stays what it is when the database goes from zone to zone", async () => {
    await using sandbox = openSandbox();
    const { used, server, serving: first } = await withTwoPages(sandbox);
    await using _ = server;
    first.kill("SIGTERM");
    await first.finished;
    const page = recordedPages("sequence")[1];
    if (page === undefined) throw new RangeError("There is no such page");
    server.answer = () => recordedAnswer(page);
    for (const zone of ["Asia/Kathmandu", "UTC", "America/New_York", "Etc/GMT+12", "Pacific/Kiritimati"]) {
      if (isAboutMidnight(zone)) continue;
      const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl, TIMEZONE: zone } });
      const count = async () => (await getJson<HistoryAnswer>(`${serving.url}/api/v1/history`)).count;
      const seen = await count();
      await until("a page is booked in the new zone", async () => (await count()) > seen);
      const metrics = await getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
      expectUsage(metrics.lifetime, used);
      for (const suffix of ["_daily", "_weekly", "_monthly"]) expectUsage(metrics, used, suffix);
      serving.kill("SIGTERM");
      await serving.finished;
    }
  });
});

/** A serve on a database of minutes, into which two recorded pages were booked. */
async function withTwoPages(sandbox: Sandbox) {
  const [first, second] = recordedPages("sequence");
  if (first === undefined || second === undefined) throw new RangeError("There is no such page");
  const gate = createGate();
  const server = openPageServer(gate.answer);
  const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
  const { url } = serving;
  for (const [index, page] of [first, second].entries()) {
    gate.hand(recordedAnswer(page));
    await until(
      "it is booked",
      async () => (await getJson<HistoryAnswer>(`${url}/api/v1/history`)).count === index + 1,
    );
  }
  return { url, serving, server, used: truthBetween(first, second).total };
}

/** Whether the last seconds may lie on both sides of a midnight. */
function isAboutMidnight(zone: string): boolean {
  const day = (at: number) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(at);
  return day(Date.now() - MINUTE_MS) !== day(Date.now() + MINUTE_MS);
}
