import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROUTES } from "../../lib/server/openapi/route-list.ts";
import { INGEST_ROUTES } from "../../lib/server/routes/ingest.ts";
import { SPEND_ROUTES } from "../../lib/server/spend/routes/all.ts";
import { openSandbox, until } from "../support/binary.ts";
import { openDatabase } from "../support/postgres.ts";
import { recordedPage } from "../support/recorded.ts";
import { addRow } from "../support/sync.ts";
import { openPageServer, recordedAnswer } from "./page-server.ts";

setDefaultTimeout(180_000);

/** Given by file, variable and flag. */
const METRICS_KEY = "sk-metrics-8Kd2-in-a-file";
const API_KEY = "pulse-api-4Tz9-in-a-variable";
const INGEST_KEY = "pulse-ingest-6Rw1-in-a-variable";
const FLAG_KEY = "pulse-flag-2Mn5-in-a-flag";
/** Given in URLs. */
const PAGE_PASSWORD = "page-pass:w/rd@7Qx3";
const SOURCE_PASSWORD = "source-p4ss-0Vb8";
/** A key that a stranger tries. */
const TRIED = "sk-tried-by-a-stranger-5Yh7";
const SECRETS = [METRICS_KEY, API_KEY, INGEST_KEY, FLAG_KEY, PAGE_PASSWORD, SOURCE_PASSWORD, TRIED];
const SPELLINGS = SECRETS.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  btoa(secret).replace(/=+$/, ""),
  Buffer.from(secret).toString("hex"),
]);

const COMMANDS = [
  ["config"],
  ["config", "--json"],
  ["doctor"],
  ["doctor", "--json"],
  ["scrape-once"],
  ["scrape-once", "--json"],
  ["sync"],
  ["sync", "--json"],
  ["report"],
  ["report", "--json"],
  ["report", "--csv"],
  ["report", "--source", "ledger", "--by", "key"],
  ["reconcile"],
  ["purge"],
  ["health"],
  ["snippet", "compose"],
  ["snippet", "systemd"],
  ["snippet", "cron"],
  ["snippet", "homepage"],
  ["snippet", "homeassistant"],
  ["snippet", "prometheus"],
  ["snippet", "grafana"],
  ["completion", "bash"],
  ["report", "--tody", FLAG_KEY],
  ["config", `--api-ky=${FLAG_KEY}`],
  ["config", "--api-key", `${FLAG_KEY}\u0001`],
];

test("no secret given by a variable, a file, a flag or a URL is in anything that a whole run writes or answers", async () => {
  await using database = await openDatabase({ schema: "schema.sql" });
  const role = `reader_${database.name}`;
  await database.sql.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD '${SOURCE_PASSWORD}'`);
  await database.sql.unsafe(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
  await addRow(database, { id: "a", at: Date.now() - 600_000, spend: 0.5 });
  await using sandbox = openSandbox();
  await using litellm = openPageServer(() => recordedAnswer(recordedPage("pages", "few-requests.prom")));
  const keyFile = join(sandbox.folder, "keys", "metrics");
  mkdirSync(join(sandbox.folder, "keys"));
  writeFileSync(keyFile, METRICS_KEY);
  const metricsUrl = litellm.metricsUrl.replace("://", `://me:${encodeURIComponent(PAGE_PASSWORD)}@`);
  const set = {
    METRICS_URL: metricsUrl,
    METRICS_API_KEY_FILE: keyFile,
    API_KEY,
    INGEST_KEY,
    AUTH: "litellm",
    DATABASE_URL: database.urlFor(role, SOURCE_PASSWORD),
    LEDGER_INTERVAL: "0.2",
    LOG_LEVEL: "debug",
  };
  const written: [string, string][] = [];
  const serving = await sandbox.serve({ set });
  await until("both sources were read", async () => {
    const { status } = await fetch(`${serving.url}/aggregate`, { headers: { Authorization: `Bearer ${API_KEY}` } });
    return status === 200;
  });
  for (const args of COMMANDS) {
    const port = new URL(serving.url).port;
    const { code, stdout, stderr } = await sandbox.run(args, { set: { ...set, PORT: port, HOST: "127.0.0.1" } });
    // On a slow machine the scrapes may be late, which is the 1 of health.
    if (args[0] !== "health") expect([args, code]).not.toEqual([args, 1]);
    written.push([args.join(" "), stdout + stderr]);
  }
  const html = join(sandbox.folder, "report.html");
  expect((await sandbox.run(["report", "--html", "-o", html], { set })).stderr).not.toContain("rror");
  // Without the first key, and with sources that cannot be read, other words are written.
  const bad = { ...set, METRICS_API_KEY_FILE: undefined, DATABASE_URL: database.urlFor("nobody", SOURCE_PASSWORD) };
  for (const args of [["sync"], ["doctor"], ["scrape-once"]]) {
    const elsewhere = { ...bad, METRICS_URL: metricsUrl.replace("/metrics", "/no-such-page") };
    const { stdout, stderr } = await sandbox.run(args, { set: elsewhere });
    written.push([`${args.join(" ")} that fails`, stdout + stderr]);
  }
  for (const [method, path] of addresses()) {
    for (const key of [API_KEY, TRIED, undefined]) {
      const headers = key === undefined ? {} : { Authorization: `Bearer ${key}`, "X-LiteLLM-API-Key": key };
      const body = method === "POST" ? { body: `{"api_key":"x"` } : {};
      const response = await fetch(`${serving.url}${path}`, { method, headers, ...body });
      written.push([`${method} ${path}`, JSON.stringify([...response.headers]) + (await response.text())]);
    }
  }
  serving.kill("SIGTERM");
  const { code, stdout, stderr } = await serving.finished;
  expect(code).toBe(0);
  written.push(["serve", stdout + stderr]);
  for (const name of readdirSync(sandbox.folder)) {
    if (name === "keys") continue;
    written.push([name, readFileSync(join(sandbox.folder, name)).toString("latin1")]);
  }
  expect(written.length).toBeGreaterThan(100);
  expect(written.flatMap(([what, text]) => found(what, text))).toEqual([]);
});

/** Every route that answers and ends, those of LiteLLM's spend API too, and one that is not there. */
function addresses(): [method: string, path: string][] {
  const ours = [...ROUTES, ...INGEST_ROUTES].filter(({ path }) => path !== "/api/v1/events");
  const all = [...ours, ...SPEND_ROUTES].map(({ method, path }): [string, string] => [
    method,
    path.replace(/:name\.svg|:\w+|\{\w+\}/g, "cost"),
  ]);
  return [...all, ["GET", "/no/such/route"], ["GET", "/api/v1/usage?by=nonsense"], ["GET", "/openapi.json"]];
}

function found(what: string, text: string): string[] {
  return SPELLINGS.flatMap((spelling) => {
    const at = text.indexOf(spelling);
    return at < 0 ? [] : [`${what}: ${text.slice(Math.max(0, at - 80), at + 80)}`];
  });
}
