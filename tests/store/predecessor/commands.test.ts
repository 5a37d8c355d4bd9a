import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { createScrapeService } from "../../../lib/cli/scrape/scrape-service.ts";
import type { TakeOverResult } from "../../../lib/cli/scrape/take-over.ts";
import { readHealth } from "../../../lib/query/health/health.ts";
import { openForWriting } from "../../../lib/store/open/database.ts";
import { createStoreHandle } from "../../../lib/store/open/store-handle.ts";
import { runCli } from "../../cli/run-cli.ts";
import { fixture } from "../../support/fixtures.ts";
import { recordedPage } from "../../support/recorded.ts";
import { MINUTE, NAMES, NOON, sumsOf, temporaryPath, UTC } from "../../support/store.ts";
import { minutely, startTakeOver, takeOverAll, writeOld } from "./old-database.ts";

const URL_HERE = "http://127.0.0.1:9/metrics/";

/** The real database after eight of its ten scrapes. */
function eightRows(): string {
  const path = temporaryPath();
  writeFileSync(path, fixture("predecessor/0.3.0.db"));
  const db = new Database(path);
  db.run("DELETE FROM model_snapshots WHERE ts > (SELECT ts FROM scrapes WHERE id = 8)");
  db.run("DELETE FROM scrapes WHERE id > 8");
  db.close();
  return path;
}

function lifetimeOf(path: string): ReturnType<typeof sumsOf> {
  const db = new Database(path, { readonly: true });
  const sums = sumsOf(db, "lifetime");
  db.close();
  return sums;
}

describe("scrape-once", () => {
  test("takes the database over, says in one line what was found, and books its page", async () => {
    const path = eightRows();
    const page = recordedPage("sequence", "seq-10.prom.gz");
    const set = { DB_PATH: path, TIMEZONE: "Europe/Berlin" };
    const ran = await runCli(["scrape-once", "-"], { set, stdin: page.body, now: () => page.dateAt + 400 });
    expect(ran.code).toBe(0);
    const lines = ran.err.split("\n").filter((line) => line.includes("Took over"));
    expect(lines).toEqual([
      `2026-11-21T20:54:40.400Z info Took over the Python predecessor's database: 8 scrapes from 2026-11-21T21:53:30+01:00 to 2026-11-21T21:54:34+01:00, 0 of them corrected, 154 requests and $0.456 in all; the original is kept as ${path}.predecessor-20261121T205440Z`,
    ]);
    expect(ran.out).toStartWith("Booked 16 requests, 2 failed, ");
    expect(lifetimeOf(path)).toMatchObject({ requests: 170, failed_requests: 18 });
  });

  test("ends with 6 and one line while another process takes over", async () => {
    const path = writeOld({ scrapes: minutely([{ requests: [10, 0] }], [{ requests: [12, 2] }]) });
    const running = startTakeOver(path);
    running.next();
    const { code, out, err } = await runCli(["scrape-once", "-"], { set: { DB_PATH: path, LOG_LEVEL: "error" } });
    expect([code, out]).toEqual([6, ""]);
    expect(err.trimEnd().split("\n")).toEqual([
      expect.stringContaining(" error Another litellm-pulse is taking over "),
    ]);
    while (!running.next().done);
    expect(lifetimeOf(path)).toEqual({ requests: 2 });
  });

  test("stops at a signal, and the next one goes on", async () => {
    const path = writeOld({
      scrapes: minutely(...Array.from({ length: 500 }, (_, index) => [{ requests: [index, index && 1] }] as const)),
    });
    const set = { DB_PATH: path };
    const stopped = await runCli(["scrape-once", "-"], { set, signal: AbortSignal.abort() });
    expect(stopped.code).toBe(6);
    expect(stopped.err).toContain("was stopped, the next start goes on");
    expect(existsSync(`${path}.taking-over`)).toBe(true);
    expect(takeOverAll(path)).toMatchObject({ kind: "taken_over", taken: { rows: 500, requests: 499 } });
  });
});

describe.each([["report"], ["purge"]])("%s", (command) => {
  test("says in one line that the database is the predecessor's and who takes it over, and ends with 5", async () => {
    const path = eightRows();
    const { code, out, err } = await runCli([command], { set: { DB_PATH: path } });
    expect([code, out]).toEqual([5, ""]);
    expect(err).toBe(
      `litellm-pulse: The database ${path} is one of the Python predecessor: run litellm-pulse serve or scrape-once, which take it over\n`,
    );
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  });
});

describe("serve", () => {
  test("takes the database over behind its answers and goes on with it", async () => {
    const path = eightRows();
    const stop = new AbortController();
    const ran = runCli(["serve"], {
      set: { DB_PATH: path, METRICS_URL: URL_HERE, HOST: "127.0.0.1", PORT: "0" },
      now: () => NOON,
      signal: stop.signal,
      onErr: (text) => text.includes(" error GET ") && stop.abort(),
    });
    const { code, err } = await ran;
    expect(code).toBe(0);
    expect(err).toContain(`into ${path}\n`);
    expect(err.indexOf("Listening on")).toBeLessThan(err.indexOf("Took over"));
    expect(err).not.toContain("going on in memory");
    expect(err).not.toContain("can be opened again");
    expect(lifetimeOf(path)).toMatchObject({ requests: 154 });
  });
});

describe("the scrape service", () => {
  /** A service over a predecessor's file whose take-over is what the test says. */
  function serviceOver(path: string, takeOver: (onProgress: (line: string) => void) => Promise<TakeOverResult>) {
    const stop = new AbortController();
    const lines: string[] = [];
    const log = (message: string) => void lines.push(message);
    const service = createScrapeService({
      store: createStoreHandle(() => openForWriting(path)),
      job: {
        source: {
          kind: "file",
          path: "-",
          stdin: () => new Blob(['litellm_spend_metric_total{model="a"} 1\n']).stream(),
        },
        target: { url: URL_HERE, verifySsl: false, timeoutMs: 1000 },
        names: NAMES,
        zone: UTC,
        maxValues: 1000,
        version: "0",
        now: () => NOON,
        signal: stop.signal,
      },
      intervalMs: MINUTE,
      retentionDays: 90,
      source: URL_HERE,
      log: { debug: log, info: log, warning: log, error: log },
      takeOver,
      sleep: async () => stop.abort(),
      signal: stop.signal,
    });
    return { service, lines };
  }

  const healthOf = ({ live }: ReturnType<typeof serviceOver>["service"]) => {
    const { db, error, hasScraped } = live();
    return readHealth(db, { url: URL_HERE, now: NOON, intervalMs: MINUTE, error, hasScraped });
  };

  test("is starting while it takes over, from memory and with how far it is", async () => {
    const path = eightRows();
    const { service, lines } = serviceOver(path, async (onProgress) => {
      const { revision } = service.live();
      onProgress("Taking over: 42 %");
      expect(service.live()).toMatchObject({ isInMemory: true, error: "Taking over: 42 %", hasScraped: false });
      expect(service.live().revision).toBeGreaterThan(revision);
      expect(healthOf(service)).toEqual({ status: "starting", reason: "No good scrape yet: Taking over: 42 %" });
      takeOverAll(path, { url: URL_HERE });
      return { kind: "done" };
    });
    await service.run();
    expect(service.live()).toMatchObject({ isInMemory: false, error: undefined, hasScraped: true });
    expect(healthOf(service)).toEqual({ status: "ok" });
    expect(lines).toEqual([expect.stringContaining("Booked $0.")]);
  });

  test("goes on from memory where it cannot take over, and says why", async () => {
    const message = "Another litellm-pulse is taking over";
    const { service, lines } = serviceOver(eightRows(), async () => ({ kind: "failed", message }));
    await service.run();
    expect(service.live()).toMatchObject({ isInMemory: true, error: message, hasScraped: true });
    expect(lines).toEqual([message, expect.stringContaining("First page")]);
    expect(healthOf(service)).toEqual({ status: "ok", notes: [message] });
  });
});
