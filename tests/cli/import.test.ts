import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { fixturePath } from "../support/fixtures.ts";
import { temporaryPath } from "../support/store.ts";
import { runCli } from "./run-cli.ts";

const LOGS = fixturePath("spend/spend-logs.jsonl");

type LogRow = { readonly request_id?: string } | null;
/** A recorded answer: rows, or a page of them. */
type Answer = readonly LogRow[] | { readonly data?: readonly LogRow[] } | null;

function rows(answer: Answer): readonly LogRow[] {
  return answer !== null && "data" in answer ? (answer.data ?? []) : Array.isArray(answer) ? answer : [];
}

/** Sums over every live sheet of the ledger beside a database. */
function sums(path: string): Record<string, number> {
  const db = new Database(`${path.replace(".db", "")}.ledger.db`, { readonly: true });
  const row = db
    .query<Record<string, number>, []>(
      `SELECT SUM(requests) AS requests, SUM(failures) AS failures, SUM(prompt_tokens) AS prompt_tokens,
        SUM(completion_tokens) AS completion_tokens, SUM(total_tokens) AS total_tokens, SUM(spend) AS spend,
        SUM(hits) AS cache_hits FROM quarter_total JOIN sheet ON sheet.id = sheet WHERE is_live = 1`,
    )
    .get();
  db.close();
  return row ?? {};
}

describe("import", () => {
  test("the recorded log adds up to what was spent, however often and in whatever shape it comes", async () => {
    const path = temporaryPath();
    const set = { DB_PATH: path };
    const first = await runCli(["import", LOGS], { set });
    expect(first).toEqual({ code: 0, out: "Counted 328 records\n", err: "" });
    const lines = (await Bun.file(LOGS).text()).trim();
    const shapes = [gzipSync(lines), `[${lines.split("\n").join(",")}]`];
    for (const stdin of shapes) {
      const again = await runCli(["import", "-"], { set, stdin });
      expect(again).toMatchObject({ code: 0, out: "Counted 0 records, 328 records known already\n" });
    }
    const fromDatabase = await runCli(["import", fixturePath("spend/spend-logs-database.jsonl"), "--json"], { set });
    expect(JSON.parse(fromDatabase.out)).toMatchObject({ counted: 0, duplicates: 30, bad: 0 });
    const truth = await Bun.file(fixturePath("spend/spend-truth.json")).json();
    const found = sums(path);
    const { requests, failures, prompt_tokens, completion_tokens, total_tokens, cache_hits } = found;
    expect({ requests, failures, prompt_tokens, completion_tokens, total_tokens, cache_hits }).toEqual({
      requests: truth.requests,
      failures: truth.failures + truth.refused_keys,
      prompt_tokens: truth.prompt_tokens,
      completion_tokens: truth.completion_tokens,
      total_tokens: truth.total_tokens,
      cache_hits: truth.cache_hits,
    });
    expect(found["spend"]).toBeCloseTo(truth.spend, 12);
  });

  test("bodies of the callback in its three formats are the same records", async () => {
    const set = { DB_PATH: temporaryPath() };
    const one = await runCli(["import", fixturePath("spend/generic-api-json-array-1.json")], { set });
    expect(one.out).toBe("Counted 7 records\n");
    const two = await runCli(["import", fixturePath("spend/generic-api-ndjson-1.ndjson")], { set });
    expect(two.out).toMatch(/^Counted \d+ records?/);
    const payloads = await runCli(["import", fixturePath("spend/standard-logging-payloads.jsonl"), "--json"], { set });
    expect(JSON.parse(payloads.out)).toMatchObject({ bad: 0, too_old: 0 });
  });

  test("an answer of LiteLLM's own routes that was saved is taken row by row", async () => {
    for (const name of ["spend.logs.v2", "spend.logs.ui", "spend.logs.session.ui", "spend.logs"]) {
      const { cases } = await Bun.file(fixturePath(`spend-api/${name}.json`)).json();
      const answers: readonly Answer[] = cases
        .map((each: { litellm: Answer }) => each.litellm)
        .filter((answer: Answer) => rows(answer).some((row) => row?.request_id !== undefined));
      expect(answers.length).toBeGreaterThan(0);
      const ids = new Set(answers.flatMap((answer) => rows(answer).map((row) => row?.request_id)));
      const stdin = answers.map((answer) => JSON.stringify(answer)).join("\n");
      const { code, out, err } = await runCli(["import", "--json", "-"], { set: { DB_PATH: temporaryPath() }, stdin });
      expect({ code, err, counted: JSON.parse(out).counted }).toEqual({ code: 0, err: "", counted: ids.size });
    }
  });

  test("CSV with names in another case and blanks behind its commas counts as one that LiteLLM's table would give", async () => {
    const path = temporaryPath();
    const stdin = [
      "REQUEST_ID, StartTime, prompt tokens, SPEND, Model",
      'r1, 2026-11-01 10:00:00, 3, 0.25, "a, b"',
      "r2 , 2026-11-01T10:00:00Z , , 1e-12 , c",
    ].join("\n");
    const { code, out, err } = await runCli(["import", "-"], { set: { DB_PATH: path }, stdin });
    expect({ code, out, err }).toEqual({ code: 0, out: "Counted 2 records\n", err: "" });
    expect(sums(path)).toMatchObject({ requests: 2, prompt_tokens: 3, spend: 0.250000000001 });
  });

  test("a bad line is named on stderr and the good ones count; --strict ends with 2", async () => {
    const [row = ""] = (await Bun.file(LOGS).text()).split("\n");
    const stdin = `${row}\n{"request_id": "x", "startTime": "soon"}\nnot json\n`;
    const kept = await runCli(["import", "-"], { set: { DB_PATH: temporaryPath() }, stdin });
    expect(kept).toMatchObject({ code: 0, out: "Counted 1 record, 2 lines left out\n" });
    expect(kept.err).toContain('Line 2 is left out: startTime is "soon", expected a time');
    expect(kept.err).toContain("Line 3 is left out: it is not JSON");
    const strict = await runCli(["import", "--strict", "-"], { set: { DB_PATH: temporaryPath() }, stdin });
    expect(strict).toMatchObject({ code: 2, out: "Counted 1 record, 2 lines left out\n" });
  });

  test("a file that holds no record is 5, one that is not there 2", async () => {
    const set = { DB_PATH: temporaryPath() };
    expect(await runCli(["import", "-"], { set, stdin: "" })).toMatchObject({ code: 5 });
    const words = await runCli(["import", "-"], { set, stdin: "hello\nworld\n" });
    expect(words.code).toBe(5);
    expect(words.err).toContain("There is no request record in stdin: ");
    const missing = await runCli(["import", temporaryPath("none.jsonl")], { set });
    expect(missing.code).toBe(2);
    expect(missing.err).toContain("there is no such file");
  });

  test("stdin that is silent ends with the signal, and what was whole before it counts", async () => {
    const rows = await Bun.file(LOGS).text();
    const stop = new AbortController();
    const stdin = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(rows)),
      pull() {
        stop.abort();
        return new Promise<void>(() => {});
      },
    });
    const ran = await runCli(["import", "-"], { set: { DB_PATH: temporaryPath() }, stdin, signal: stop.signal });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("Stopped before the end: import the same file again to go on");
  });

  test("bytes that are damaged tell so, and what came before them counts", async () => {
    const packed = gzipSync(await Bun.file(LOGS).text());
    const cut = packed.subarray(0, packed.length - 2000);
    const ran = await runCli(["import", "-"], { set: { DB_PATH: temporaryPath() }, stdin: cut });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("Cannot read stdin to its end (");
    expect(ran.err).toContain("the same file may be imported again");
  });

  test("a long file, which is read in a worker, counts the same in every shape and names its bad lines in their order", async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) =>
      JSON.stringify({
        ...{ request_id: `chatcmpl-${i}`, startTime: new Date(Date.UTC(2026, 9, 1) + i * 7_000).toISOString() },
        ...{ spend: (i % 1000) / 1e5, total_tokens: i % 900, model: `model-${i % 7} "é"`, user: `user-${i % 13}` },
      }),
    );
    const path = temporaryPath();
    const file = temporaryPath("rows.jsonl");
    const lines = rows.with(7, "not json").with(30_000, '{"request_id":"x","startTime":"soon"}');
    writeFileSync(file, `${lines.join("\n")}\n`);
    const first = await runCli(["import", file], { set: { DB_PATH: path } });
    expect(first).toMatchObject({ code: 0, out: "Counted 39,998 records, 2 lines left out\n" });
    expect(first.err).toMatch(/Line 8 is left out: it is not JSON\n[\s\S]*Line 30001 is left out: startTime is "soon"/);
    const shapes = [
      lines.join("\n"),
      gzipSync(rows.join("\n")),
      zstdCompressSync(rows.join("\n")),
      `[${rows.join(",")}]`,
    ];
    const known = ["Counted 0 records, 39,998 records known already, 2 lines left out\n"];
    known.push(
      "Counted 2 records, 39,998 records known already\n",
      "Counted 0 records, 40,000 records known already\n",
    );
    for (const [i, stdin] of shapes.entries()) {
      const again = await runCli(["import", "-"], { set: { DB_PATH: path }, stdin });
      expect(again.out).toBe(known[Math.min(i, 2)] ?? "");
    }
    const spend = rows.reduce((sum, _, i) => sum + (i % 1000) / 1e5, 0);
    expect(sums(path)).toMatchObject({ requests: 40_000, spend: expect.closeTo(spend, 9) });
    const cut = gzipSync(rows.map((row) => row.replace("chatcmpl", crypto.randomUUID())).join("\n"));
    const damaged = await runCli(["import", "-"], {
      set: { DB_PATH: path },
      stdin: cut.subarray(0, cut.length - 2000),
    });
    expect(damaged.code).toBe(2);
    expect(damaged.err).toContain("the same file may be imported again");
    expect(sums(path)["requests"]).toBeGreaterThan(50_000);
  });
});
