import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bigPage } from "../../lib/demo/big-page.ts";
import { createSimulatedLiteLLM } from "../../lib/demo/litellm.ts";
import { serveSimulatedLiteLLM } from "../../lib/demo/serve.ts";
import { writeHistory } from "./history-file.ts";
import { measureSource } from "./ledger-source.ts";
import { load } from "./load.ts";
import { cpuMs, median, run, statusMb } from "./process.ts";
import { startService } from "./service.ts";
import { measureTakeOvers } from "./take-over.ts";

/** Measures the lines of DESIGN §9 on the compiled binary and prints them as a table. Never fails on a time. */
const ROUNDS = Number(process.env["ROUNDS"] ?? 9);
/** Set: only the ledger is measured, on a PostgreSQL with so many made-up rows. */
const LEDGER_ROWS = Number(process.env["LEDGER_ROWS"] ?? 0);
const LOAD_MS = 3000;
const REST_MS = 20_000;
/** What a homelab's LiteLLM counts in this time makes a page of a few hundred samples. */
const SMALL_PAST_MS = 1_200_000;
const TAKE_OVERS = 3;
const binary = join(import.meta.dir, "../../dist/litellm-pulse");
const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-bench-"));

type Line = { readonly job: string; readonly budget: string; readonly measured: string };

async function main(): Promise<void> {
  const lines: Line[] = [];
  const show = (job: string, budget: string, measured: string) => {
    lines.push({ job, budget, measured });
    process.stderr.write(`${job}: ${measured} (at most ${budget})\n`);
  };
  if (LEDGER_ROWS > 0) await measureSource(binary, folder, LEDGER_ROWS, show);
  else await measureScrapes(show);
  process.stdout.write(table(lines));
}

async function measureScrapes(show: Show): Promise<void> {
  const empty = await buildEmpty();
  const history = join(folder, "history.db");
  const longHistory = join(folder, "long.db");
  const until = Date.now();
  const url = "http://127.0.0.1:9/metrics/";
  writeHistory(history, { days: 90, models: 10, until, url });
  writeHistory(longHistory, { days: 900, models: 10, until, url });
  await scrapeBigPage(show);
  await waitDuringBigPage(show);
  await wholeProcesses(empty, history, longHistory, show);
  await answers(history, longHistory, url, show);
  await atRest(show);
  await takeOver(show);
  show("database for 90 days of minutes, 10 models", "40 MB", `${(statSync(history).size / 1e6).toFixed(1)} MB`);
}

type Show = (job: string, budget: string, measured: string) => void;

async function scrapeBigPage(show: Show): Promise<void> {
  const served = serveBigPage();
  const runs = [];
  for (let round = 0; round < ROUNDS; round++) {
    const db = join(folder, `big-${round}.db`);
    runs.push(await run([binary, "scrape-once"], envOf(served.metricsUrl, db)));
  }
  await served.stop();
  refuseFailures(runs);
  const peak = median(runs.map(({ peakMb }) => peakMb));
  const ms = median(runs.map((one) => one.ms));
  const best = Math.min(...runs.map((one) => one.ms));
  show("scrape of a 66 MB page, whole process", "0.4 s, 110 MB", `${s(ms)} (best ${s(best)}), ${peak.toFixed(0)} MB`);
}

async function waitDuringBigPage(show: Show): Promise<void> {
  const served = serveBigPage();
  const env = { ...envOf(served.metricsUrl, join(folder, "wait.db")), LITELLM_PULSE_SCRAPE_INTERVAL: "1" };
  const service = await startService(binary, env);
  await service.until("/health", 200);
  let longest = 0;
  const endsAt = performance.now() + 6000;
  while (performance.now() < endsAt) {
    const asked = performance.now();
    await (await fetch(`http://127.0.0.1:${service.port}/api/v1/metrics`)).arrayBuffer();
    longest = Math.max(longest, performance.now() - asked);
    await Bun.sleep(1);
  }
  await service.stop();
  await served.stop();
  show("longest wait of a request while that page is scraped", "50 ms", `${longest.toFixed(0)} ms`);
}

async function wholeProcesses(empty: string, history: string, longHistory: string, show: Show): Promise<void> {
  const now = () => Date.now();
  const litellm = createSimulatedLiteLLM({ seed: 1, now, startedAt: Date.now() - SMALL_PAST_MS, buckets: 18 });
  litellm.advance(Date.now());
  const served = serveSimulatedLiteLLM({ litellm, port: 0, now });
  const scrapeEnv = envOf(served.metricsUrl, join(folder, "small.db"));
  const reportEnv = envOf("http://127.0.0.1:9/metrics/", history);
  await run([binary, "scrape-once"], scrapeEnv);
  const longEnv = envOf("http://127.0.0.1:9/metrics/", longHistory);
  const monthly = [binary, "report", "--month", "--by", "day,model"];
  const runs = {
    empty: [] as number[],
    help: [] as number[],
    scrape: [] as number[],
    report: [] as number[],
    longReport: [] as number[],
    month: [] as number[],
    longMonth: [] as number[],
  };
  for (let round = 0; round < ROUNDS * 3; round++) {
    runs.empty.push((await run([empty], {})).ms);
    runs.scrape.push((await run([binary, "scrape-once"], scrapeEnv)).ms);
    runs.help.push((await run([binary, "report", "--help"], {})).ms);
    runs.report.push((await run([binary, "report", "--today"], reportEnv)).ms);
    runs.longReport.push((await run([binary, "report", "--today"], longEnv)).ms);
    runs.month.push((await run(monthly, reportEnv)).ms);
    runs.longMonth.push((await run(monthly, longEnv)).ms);
  }
  await served.stop();
  const emptyMs = median(runs.empty);
  const beside = (figures: number[]) =>
    `${median(figures).toFixed(0)} ms (best ${Math.min(...figures).toFixed(0)}; empty program ${emptyMs.toFixed(0)})`;
  show("scrape-once of a small page, whole process", "40 ms", beside(runs.scrape));
  show("report --help", "30 ms", beside(runs.help));
  show("report --today on 90 days of minutes, 10 models", "40 ms", beside(runs.report));
  show("the same on ten times the history", "40 ms", beside(runs.longReport));
  show("report --month --by day,model on 90 days", "60 ms", beside(runs.month));
  show("the same on ten times the history", "60 ms", beside(runs.longMonth));
}

async function answers(history: string, longHistory: string, url: string, show: Show): Promise<void> {
  const env = (db: string) => ({
    ...envOf(url, db),
    LITELLM_PULSE_SCRAPE_INTERVAL: "3600",
    LITELLM_PULSE_LOG_LEVEL: "info",
  });
  const services = {
    history: await startService(binary, env(history)),
    long: await startService(binary, env(longHistory)),
    empty: await startService(binary, env(join(folder, "empty.db"))),
  };
  const bare = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("{}") });
  const many = await load(services.history.port, "/api/v1/metrics", 16, LOAD_MS);
  const long = await load(services.long.port, "/api/v1/metrics", 16, LOAD_MS);
  const none = await load(services.empty.port, "/api/v1/metrics", 16, LOAD_MS);
  const one = await load(services.history.port, "/api/v1/metrics", 1, LOAD_MS);
  const bareOne = await load(bare.port ?? 0, "/", 1, LOAD_MS);
  const models = await load(services.history.port, "/api/v1/models", 16, LOAD_MS);
  for (const service of Object.values(services)) await service.stop();
  await bare.stop(true);
  show(
    "GET /api/v1/metrics, 16 clients",
    "30 000 a second",
    `${k(many.perSecond)} (ten times the history ${k(long.perSecond)}, empty ${k(none.perSecond)})`,
  );
  show(
    "the same, one client, p99 beside a bare server's",
    "1.5 times",
    `${(one.p99Ms / bareOne.p99Ms).toFixed(2)} times (${one.p99Ms.toFixed(2)} ms)`,
  );
  show("GET /api/v1/models", "10 000 a second", k(models.perSecond));
}

async function atRest(show: Show): Promise<void> {
  const now = () => Date.now();
  const litellm = createSimulatedLiteLLM({ seed: 1, now, startedAt: Date.now() - SMALL_PAST_MS, buckets: 18 });
  const served = serveSimulatedLiteLLM({ litellm, port: 0, now, traffic: true });
  const env = envOf(served.metricsUrl, join(folder, "rest.db"));
  const busy = await startService(binary, { ...env, LITELLM_PULSE_SCRAPE_INTERVAL: "1" });
  await busy.until("/health", 200);
  const before = cpuMs(busy.pid);
  await Bun.sleep(REST_MS);
  const perScrape = (cpuMs(busy.pid) - before) / (REST_MS / 1000);
  await busy.stop();
  const idle = await startService(binary, { ...env, LITELLM_PULSE_SCRAPE_INTERVAL: "60" });
  await idle.until("/health", 200);
  await Bun.sleep(5000);
  const memory = statusMb(idle.pid, "VmRSS") ?? Number.NaN;
  await idle.stop();
  await served.stop();
  const share = (perScrape / 60_000) * 100;
  show(
    "serve at rest on a small page, every minute",
    "52 MB, 0.03 % of a core",
    `${memory.toFixed(0)} MB, ${share.toFixed(3)} %`,
  );
}

async function takeOver(show: Show): Promise<void> {
  const { runs, fileMb } = await measureTakeOvers(binary, folder, TAKE_OVERS);
  const [seconds, peak, wait] = [
    median(runs.map((one) => one.seconds)),
    median(runs.map((one) => one.peakMb)),
    median(runs.map((one) => one.longestWaitMs)),
  ];
  show(
    `taking over a predecessor's database (${fileMb.toFixed(0)} MB)`,
    "15 s, once",
    `${seconds.toFixed(1)} s (best ${Math.min(...runs.map((one) => one.seconds)).toFixed(1)} s), ${peak.toFixed(0)} MB, longest wait of a request ${wait.toFixed(0)} ms`,
  );
}

function serveBigPage(): ReturnType<typeof serveSimulatedLiteLLM> {
  const now = () => Date.now();
  const served = serveSimulatedLiteLLM({ litellm: createSimulatedLiteLLM({ seed: 1, now }), port: 0, now });
  served.faults.push({
    kind: "page",
    body: bigPage({ keys: 100, models: 10, buckets: 18 }),
    times: Number.POSITIVE_INFINITY,
  });
  return served;
}

async function buildEmpty(): Promise<string> {
  const source = join(folder, "empty.ts");
  await Bun.write(source, "export {};\n");
  const outfile = join(folder, "empty");
  const built = Bun.spawnSync([
    process.execPath,
    "build",
    "--compile",
    "--minify",
    "--bytecode",
    "--format=esm",
    source,
    "--outfile",
    outfile,
  ]);
  if (built.exitCode !== 0) throw new Error(built.stderr.toString());
  return outfile;
}

function envOf(metricsUrl: string, db: string): Record<string, string> {
  return { LITELLM_PULSE_METRICS_URL: metricsUrl, LITELLM_PULSE_DB_PATH: db };
}

function refuseFailures(runs: readonly { exitCode: number }[]): void {
  const bad = runs.find(({ exitCode }) => exitCode !== 0);
  if (bad) throw new Error(`A measured program ended with ${bad.exitCode}`);
}

function table(lines: readonly Line[]): string {
  const rows = lines.map(({ job, budget, measured }) => `| ${job} | ${budget} | ${measured} |\n`);
  return `| job | at most | measured |\n|---|---|---|\n${rows.join("")}`;
}

function s(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function k(perSecond: number): string {
  return `${Math.round(perSecond / 100) / 10} k/s`;
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
