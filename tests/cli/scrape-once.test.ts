import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { createSimulatedLiteLLM } from "../../lib/demo/litellm.ts";
import { makeEvent } from "../../lib/demo/make-event.ts";
import { type ServedLiteLLM, serveSimulatedLiteLLM } from "../../lib/demo/serve.ts";
import { MINUTE, NOON, temporaryFolder } from "../support/api.ts";
import { fixture, fixtureText } from "../support/fixtures.ts";
import { type FakeOptions, type Ran, runCli } from "./run-cli.ts";

const KEY = 'sk-"secret"\\key';

let temporary: ReturnType<typeof temporaryFolder>;
let served: ServedLiteLLM;
let now = NOON;
const litellm = createSimulatedLiteLLM({ seed: 3, now: () => now, buckets: 0 });

beforeAll(() => {
  temporary = temporaryFolder();
  served = serveSimulatedLiteLLM({ litellm, port: 0, now: () => now, key: KEY });
});
afterAll(async () => {
  await served.stop();
  temporary[Symbol.dispose]();
});

let files = 0;
const freshPath = () => join(temporary.folder, `${files++}.db`);

function scrapeOnce(argv: readonly string[], path: string, options: FakeOptions = {}): Promise<Ran> {
  const set = { DB_PATH: path, LOG_LEVEL: "warning", ...options.set };
  return runCli(["scrape-once", ...argv], { now: () => now, ...options, set });
}

describe("from LiteLLM", () => {
  test("books what grew and prints one line", async () => {
    const path = freshPath();
    const set = { METRICS_URL: served.metricsUrl, METRICS_API_KEY: KEY };
    const first = await scrapeOnce([], path, { set });
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toMatch(/^First page: counting begins here \(\d+ kB page, \d+ series\)\n$/);
    litellm.send(makeEvent(litellm.population, { at: now, promptTokens: 2000, completionTokens: 1, spend: 0.0125 }));
    now += MINUTE;
    const second = await scrapeOnce([], path, { set });
    expect(second.out).toMatch(/^Booked 1 request, 2,001 tokens, \$0\.0125 \(\d+ kB page, \d+ series\)\n$/);
    now += MINUTE;
    expect((await scrapeOnce([], path, { set })).out).toMatch(/^Nothing new \(/);
  });

  test("logs the absolute path of a database that is set by a relative one", async () => {
    const path = freshPath();
    const { err } = await scrapeOnce([], relative(process.cwd(), path), {
      set: { METRICS_URL: served.metricsUrl, METRICS_API_KEY: KEY, LOG_LEVEL: "info" },
    });
    expect(err).toContain(` info The database is ${path}\n`);
  });

  test.each([
    ["a wrong key", {}, { METRICS_API_KEY: "sk-wrong-key" }, "401"],
    ["a page that is HTML", { kind: "html" }, { METRICS_API_KEY: KEY }, "LITELLM_PULSE_METRICS_URL"],
    ["an empty page", { kind: "empty" }, { METRICS_API_KEY: KEY }, "LITELLM_PULSE_METRICS_URL"],
    ["a status of 500", { kind: "status", status: 500 }, { METRICS_API_KEY: KEY }, "500"],
    ["a page that is cut off", { kind: "truncate", bytes: 3000 }, { METRICS_API_KEY: KEY }, ""],
  ] as const)("%s ends with 4, says so and shows no key", async (_, fault, keys, words) => {
    if ("kind" in fault) served.faults.push(fault);
    for (const format of ["text", "json"]) {
      const url = served.metricsUrl.replace("//", "//user:pass-word@");
      const { code, out, err } = await scrapeOnce([], freshPath(), {
        set: { METRICS_URL: url, LOG_FORMAT: format, ...keys },
      });
      if ("kind" in fault) served.faults.push(fault);
      expect([code, out]).toEqual([4, ""]);
      expect(err).toContain(words);
      for (const secret of ["sk-wrong-key", KEY, JSON.stringify(KEY).slice(1, -1), "pass-word"]) {
        expect(err).not.toContain(secret);
      }
    }
    served.faults.length = 0;
  });

  test("nobody listening ends with 4", async () => {
    const set = { METRICS_URL: "http://127.0.0.1:1/metrics/" };
    expect(await scrapeOnce([], freshPath(), { set })).toMatchObject({ code: 4, out: "" });
  });
});

describe("from a file", () => {
  const pages = ["metrics/seq-1.prom.gz", "metrics/seq-2.prom.gz"];

  test("and from stdin, the second page counts from the first; --json has the same keys always", async () => {
    const path = freshPath();
    const file = join(temporary.folder, "page.prom");
    writeFileSync(file, fixture(pages[0] ?? ""));
    const first = await scrapeOnce([file, "--json"], path);
    expect(first).toMatchObject({ code: 0, err: "" });
    now += MINUTE;
    const second = await scrapeOnce(["-", "--json"], path, { stdin: fixture(pages[1] ?? "") });
    const bodies = [first, second].map(({ out }) => JSON.parse(out));
    expect(bodies.map((body) => Object.keys(body))).toEqual(
      bodies.map(() => ["schema_version", "result", "timestamp", "is_reset", "booked", "page_bytes", "skipped_lines"]),
    );
    expect(bodies).toMatchObject([
      { schema_version: 1, result: "baseline", booked: {}, is_reset: false, skipped_lines: 0 },
      { schema_version: 1, result: "booked", booked: { requests: expect.any(Number) } },
    ]);
    expect(second.out).toMatch(/^\{.*\}\n$/);
  });

  test("packed with gzip is unpacked", async () => {
    const { code, out } = await scrapeOnce(["-"], freshPath(), {
      stdin: Bun.gzipSync(fixtureText("metrics/fresh.prom")),
    });
    expect([code, out.slice(0, 11)]).toEqual([0, "First page:"]);
  });

  test("bad lines are counted and the first one is shown harmlessly", async () => {
    const { code, out, err } = await scrapeOnce(["-"], freshPath(), {
      stdin: 'litellm_spend_metric_total 1\nlitellm_spend_metric_total{a="\u001b[31m} 1\nm 12abc\n',
    });
    expect([code, out.slice(0, 11)]).toEqual([0, "First page:"]);
    expect(err).toContain(" warning Skipped 2 bad lines of stdin, the first is line 2 (");
    expect(err).not.toContain("\u001b");
  });

  test("a page without LiteLLM's metrics is booked with a warning that says what to do", async () => {
    const { code, err } = await scrapeOnce(["-"], freshPath(), { stdin: "up 1\n" });
    expect(code).toBe(0);
    expect(err).toContain("LITELLM_PULSE_METRICS_URL");
  });

  test("is none where its name has a scheme: that is a wrong URL, whose password is not shown", async () => {
    const path = freshPath();
    const { code, out, err } = await scrapeOnce(["ftp://pulse:hunter2@litellm/metrics"], path);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toStartWith('litellm-pulse: --metrics-url is "ftp://***@litellm/metrics", expected an http:// ');
    expect(existsSync(path)).toBe(false);
  });

  test("that is not there ends with 2, one that is no page with 4", async () => {
    const missing = await scrapeOnce([join(temporary.folder, "none.prom")], freshPath());
    expect([missing.code, missing.out]).toEqual([2, ""]);
    expect(missing.err).toContain("none.prom cannot be read: there is no such file");
    const markup = await scrapeOnce(["-"], freshPath(), { stdin: "<html></html>" });
    expect(markup).toMatchObject({ code: 4, out: "" });
    // What to do is about the file, not about a URL that was not asked.
    expect(markup.err).not.toContain("METRICS_URL");
    expect(await scrapeOnce(["-"], freshPath(), { stdin: "" })).toMatchObject({ code: 4, out: "" });
  });
});

describe("the database", () => {
  test("that cannot be made ends with 6", async () => {
    const file = join(temporary.folder, "a-file");
    writeFileSync(file, "");
    const { code, out, err } = await scrapeOnce(["-"], join(file, "pulse.db"), { stdin: "up 1\n" });
    expect([code, out]).toEqual([6, ""]);
    expect(err).toContain(file);
  });

  test("that refuses to write ends with 6 and the reason, and nothing is changed", async () => {
    const path = freshPath();
    await scrapeOnce(["-"], path, { stdin: "litellm_spend_metric_total 1\n" });
    const { Database } = await import("bun:sqlite");
    const db = new Database(path);
    db.run("CREATE TRIGGER refuse BEFORE INSERT ON snapshot BEGIN SELECT RAISE(ABORT, 'no room'); END");
    now += MINUTE;
    const { code, err } = await scrapeOnce(["-"], path, { stdin: "litellm_spend_metric_total 2\n" });
    expect(code).toBe(6);
    expect(err).toContain(`Cannot write the scrape to the database ${path}: no room`);
    db.run("DROP TRIGGER refuse");
    db.close();
    const after = await scrapeOnce(["-"], path, { stdin: "litellm_spend_metric_total 2\n" });
    expect(after.out).toStartWith("Booked $1.00");
  });
});
