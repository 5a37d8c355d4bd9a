import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statusMb } from "../bench/process.ts";
import { startService } from "../bench/service.ts";
import { binaryPath } from "../support/binary.ts";
import { noteFailure, politeClient, rudeClient, type Tally } from "./clients.ts";

const SCRAPE_SECONDS = 15;
const REPORT_MS = 10_000;
const ASK_EVERY_MS = 2000;
/** What resident memory may grow by once everything has been asked for. */
const SLACK_MB = 120;
const PATHS = [
  "/api/v1/metrics",
  "/health/live",
  "/api/v1/metrics/cost",
  "/api/v1/usage",
  "/badge/cost-today.svg",
  "/raw",
];
const HEAVY = ["/api/v1/models", "/api/v1/usage?by=model&top=10000", "/api/v1/history?limit=2000", "/metrics"];
/** Of so many requests one is for a heavy path. */
const HEAVY_EVERY = 40;

/**
 * `make load`: a `serve` that scrapes a page of LOAD_MODELS models (10 000) with ten series each, LOAD_CLIENTS kept
 * connections (1 000) that ask every two seconds, and beside them streams of events, readers that read nothing, senders
 * of a byte at a time, huge heads and bodies that never end, for LOAD_SECONDS (120).
 */
async function main(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const clients = Number(env["LOAD_CLIENTS"] ?? 1000);
  const models = Number(env["LOAD_MODELS"] ?? 10_000);
  const seconds = Number(env["LOAD_SECONDS"] ?? 120);
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-load-"));
  const scrapes: number[] = [];
  const litellm = new Worker(new URL("litellm-worker.ts", import.meta.url).href);
  const port = await new Promise<number>((resolve) => {
    litellm.onmessage = ({ data }: MessageEvent<{ readonly port?: number; readonly scrapedAt?: number }>) => {
      if (data.port !== undefined) resolve(data.port);
      if (data.scrapedAt !== undefined) scrapes.push(data.scrapedAt);
    };
    litellm.postMessage({ models });
  });
  const service = await startService(binaryPath(), {
    LITELLM_PULSE_METRICS_URL: `http://127.0.0.1:${port}/metrics`,
    LITELLM_PULSE_DB_PATH: join(folder, "pulse.db"),
    LITELLM_PULSE_SCRAPE_INTERVAL: String(SCRAPE_SECONDS),
  });
  const stop = new AbortController();
  const sizes: number[] = [];
  const everyWait: number[] = [];
  const tally: Tally = { waits: [], failures: new Map() };
  try {
    await service.until("/health", 200);
    tell(`${models * 10} series of ${models} models, ${clients} clients, ${seconds} s; resident ${mb(service.pid)} MB`);
    let turn = 0;
    const pathOf = () => {
      turn += 1;
      return (turn % HEAVY_EVERY === 0 ? HEAVY[turn % HEAVY.length] : PATHS[turn % PATHS.length]) ?? "/";
    };
    for (let i = 0; i < clients; i++) await politeClient(service.port, pathOf, ASK_EVERY_MS, tally, stop.signal);
    await startRudeClients(service.port, stop.signal);
    const endsAt = performance.now() + seconds * 1000;
    while (performance.now() < endsAt) {
      await Bun.sleep(Math.min(REPORT_MS, endsAt - performance.now()));
      sizes.push(mb(service.pid));
      const waits = tally.waits.splice(0);
      everyWait.push(...waits);
      tell(
        `${String(sizes.at(-1)).padStart(5)} MB  ${(waits.length / (REPORT_MS / 1000)).toFixed(0).padStart(5)}/s  ${waitsText(waits)}  ${scrapes.length} scrapes  ${failuresText(tally)}`,
      );
    }
    const health = await fetch(`http://127.0.0.1:${service.port}/health`);
    if (health.status !== 200) noteFailure(tally, `/health is ${health.status}`);
  } finally {
    stop.abort();
    await service.stop();
    litellm.terminate();
    rmSync(folder, { recursive: true, force: true });
  }
  return conclude(sizes, everyWait, scrapes, tally);
}

async function startRudeClients(port: number, stopped: AbortSignal): Promise<void> {
  const host = `Host: 127.0.0.1:${port}\r\n`;
  const rude = [
    { count: 64, first: `GET /api/v1/events HTTP/1.1\r\n${host}\r\n`, dripMs: 0, isReading: true },
    { count: 40, first: `GET /api/v1/models HTTP/1.1\r\n${host}\r\n`.repeat(20), dripMs: 0, isReading: false },
    { count: 40, first: "GET /raw HTTP/1.1\r\nX: ", dripMs: 500, isReading: true },
    { count: 10, first: `GET /raw HTTP/1.1\r\n${host}X: ${"a".repeat(2_000_000)}\r\n\r\n`, dripMs: 0, isReading: true },
    {
      count: 10,
      first: `POST /ingest HTTP/1.1\r\n${host}Content-Length: 60000000\r\n\r\n${"x".repeat(1_000_000)}`,
      dripMs: 50,
      isReading: true,
    },
    {
      count: 10,
      first: `POST /raw HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nfffff\r\n${"x".repeat(500_000)}`,
      dripMs: 50,
      isReading: true,
    },
  ];
  for (const { count, ...how } of rude) for (let i = 0; i < count; i++) await rudeClient(port, how, stopped);
}

function conclude(sizes: readonly number[], waits: number[], scrapes: readonly number[], tally: Tally): number {
  const gaps = scrapes.slice(1).map((at, i) => at - (scrapes[i] ?? at));
  // The first reports see everything being asked for the first time.
  const warm = Math.max(...sizes.slice(0, Math.ceil(sizes.length / 3)));
  const end = Math.max(...sizes.slice(-Math.ceil(sizes.length / 3)));
  tell(`Requests ${waits.length}: ${waitsText(waits)}; ${failuresText(tally)}`);
  tell(
    `Scrapes ${scrapes.length}, every ${(median(gaps) / 1000).toFixed(2)} s, at most ${(Math.max(...gaps) / 1000).toFixed(2)} s apart`,
  );
  tell(`Resident ${warm} MB in the first third, ${end} MB in the last one`);
  const isFlat = end <= warm + SLACK_MB;
  if (!isFlat) tell("FAIL: resident memory grows");
  if (tally.failures.size > 0) tell("FAIL: requests failed");
  return isFlat && tally.failures.size === 0 ? 0 : 1;
}

function waitsText(waits: readonly number[]): string {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
}

function failuresText({ failures }: Tally): string {
  return failures.size === 0 ? "no failures" : [...failures].map(([kind, count]) => `${count} × ${kind}`).join(", ");
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

function mb(pid: number): number {
  return Math.round(statusMb(pid, "VmRSS") ?? Number.NaN);
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exit(await main(process.env));
