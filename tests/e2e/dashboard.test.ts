import { expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, until } from "../support/binary.ts";
import { openPageServer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

test("the program has the page with all its files in it", async () => {
  await using sandbox = openSandbox();
  const { url } = await sandbox.serve({ set: { METRICS_URL: "http://127.0.0.1:9/metrics/" } });
  const page = await fetch(`${url}/`, { headers: BROWSER });
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const html = await page.text();
  const files = [...html.matchAll(/"(assets\/[^"]+)"/g)].map(([, path = ""]) => path);
  expect(files.map((path) => path.split(".").at(-1)).toSorted()).toEqual(["css", "js", "svg"]);
  for (const path of files) {
    const file = await fetch(`${url}/${path}`);
    expect([file.status, file.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    expect((await file.text()).length).toBeGreaterThan(100);
  }
  expect((await fetch(`${url}/`)).headers.get("content-type")).toStartWith("application/json");
});

test("everything is under the base path, and health finds it there", async () => {
  const { litellm } = startSimulation(1);
  await using server = openPageServer(() => simulatedAnswer(litellm));
  await using sandbox = openSandbox();
  const set = { METRICS_URL: server.metricsUrl, BASE_PATH: "tools/pulse/", HOST: "127.0.0.1" };
  const { url } = await sandbox.serve({ set });
  const { origin, pathname, port } = new URL(url);
  expect(pathname).toBe("/tools/pulse");
  await until("the first page is booked", async () => (await fetch(`${url}/health`)).ok);
  expect((await fetch(`${url}/api/v1/metrics`)).status).toBe(200);
  expect((await fetch(`${origin}/api/v1/metrics`)).status).toBe(404);
  expect((await sandbox.run(["health"], { set: { ...set, PORT: port } })).code).toBe(0);
});

test("whoever listens for events does not keep the program from ending", async () => {
  const { litellm } = startSimulation(1);
  await using server = openPageServer(() => simulatedAnswer(litellm));
  await using sandbox = openSandbox();
  const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
  const response = await fetch(`${serving.url}/api/v1/events`);
  const reader = response.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toContain("event: answer");
  // Scrapes go on meanwhile, so that there are more events.
  expect(new TextDecoder().decode((await reader?.read())?.value)).toContain("event: answer");
  serving.kill("SIGTERM");
  for (;;) if ((await reader?.read())?.done !== false) break;
  expect((await serving.finished).code).toBe(0);
});
