import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { openSandbox, type Serving, until } from "../support/binary.ts";
import { exchange, openSocket } from "../support/raw-client.ts";
import { getJson, type HistoryAnswer } from "./answers.ts";
import { openPageServer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

const HOST = "Host: localhost\r\n";
const ROUNDS = 8;
/** What a round may leave behind without anything having leaked: the heap breathes. */
const SLACK_MB = 25;

test("idle, slow and greedy clients leave others answered, scrapes going on and memory flat", async () => {
  const { litellm, send } = startSimulation(1);
  send(50);
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
  const port = Number(new URL(serving.url).port);
  const history = `GET /api/v1/history?limit=2000 HTTP/1.1\r\n${HOST}\r\n`;
  const clients: readonly [count: number, first: string][] = [
    [200, ""],
    [50, "GET /raw HTTP/1.1\r\nX: "],
    [50, `GET /raw HTTP/1.1\r\n${HOST}\r\n`],
    [50, `POST /raw HTTP/1.1\r\n${HOST}Content-Length: 60000\r\n\r\n${"x".repeat(30_000)}`],
    [20, `POST /raw HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nffff\r\n${"x".repeat(30_000)}`],
    // Asks for far more than the buffers of a connection hold, and reads nothing.
    [20, history.repeat(50)],
  ];
  const sizes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const sockets: Socket[] = [];
    for (const [count, first] of clients) {
      const opened = await Promise.all(Array.from({ length: count }, () => openSocket(port)));
      for (const socket of opened) socket.pause().write(first);
      sockets.push(...opened);
    }
    await exchange(port, [`GET /${"a".repeat(8_000_000)} HTTP/1.1\r\n${HOST}\r\n`]);
    const before = (await getJson<HistoryAnswer>(`${serving.url}/api/v1/history?limit=2000`)).count;
    await until("another page is booked", async () => {
      const { count } = await getJson<HistoryAnswer>(`${serving.url}/api/v1/history?limit=2000`);
      return count > before;
    });
    sizes.push(residentMb(serving));
    for (const socket of sockets) socket.destroy();
    await until("the connections are gone", () => openFiles(serving) < 50);
  }
  const [, warm = 0, ...later] = sizes;
  expect(later.length).toBe(ROUNDS - 2);
  expect(Math.max(...later)).toBeLessThan(warm + SLACK_MB);
  expect(serving.stderr()).not.toContain(" error ");
});

test("a service that may open no more files goes on when it may again", async () => {
  await using sandbox = openSandbox();
  const { litellm } = startSimulation(1);
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const fewFiles = ["bash", "-c", 'ulimit -n 64; exec "$@"', "bash"];
  const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl }, through: fewFiles });
  const port = Number(new URL(serving.url).port);
  const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(port)));
  await until("a scrape fails", () =>
    serving.stderr().includes("this process has too many files and connections open"),
  );
  for (const socket of sockets) socket.destroy();
  await until("it is well again", async () => (await fetch(`${serving.url}/health`)).status === 200);
  expect(openFiles(serving)).toBeLessThan(64);
});

function residentMb({ pid }: Serving): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

function openFiles({ pid }: Serving): number {
  return [...new Bun.Glob("*").scanSync({ cwd: `/proc/${pid}/fd`, onlyFiles: false })].length;
}
