import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { binaryPath, openSandbox, type Sandbox, until } from "../support/binary.ts";
import { openTerminal, type Terminal } from "../support/terminal.ts";
import { type Simulation, startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

let sandbox: Sandbox;
let simulation: Simulation;

beforeAll(async () => {
  sandbox = openSandbox();
  simulation = startSimulation(7);
  for (const count of [0, 30]) await scrapeAfter(count);
});
afterAll(() => sandbox[Symbol.asyncDispose]());

/** Lets so many requests happen, and books them. */
async function scrapeAfter(count: number): Promise<void> {
  simulation.send(count);
  await Bun.write(`${sandbox.folder}/page`, simulation.litellm.page());
  expect(await sandbox.run(["scrape-once", "page"])).toMatchObject({ code: 0 });
}

function watch(argv: readonly string[] = [], size: { columns?: number; rows?: number } = {}): Terminal {
  // A day that begins or ends while the test runs would change what is shown.
  const env = { LITELLM_PULSE_DB_PATH: sandbox.dbPath };
  return openTerminal([binaryPath(), "report", "--last", "12h", "--watch", ...argv], { env, ...size });
}

async function requestsShown(terminal: Terminal): Promise<number> {
  await terminal.shows("TOTAL");
  const [, requests = ""] = /TOTAL +([\d,]+)/.exec(terminal.screen().join("\n")) ?? [];
  return Number(requests.replaceAll(",", ""));
}

/** Waits for the terminal to be as it was; its last bytes may come after the program has ended. */
async function isTidy(terminal: Terminal): Promise<void> {
  const tidy = { isOther: false, hasCursor: true, breaksLines: true };
  await until("the terminal is as it was", () => Bun.deepEquals(terminal.modes(), tidy));
}

describe("report --watch in a real terminal", () => {
  test("shows the whole table where the terminal does not know its size", async () => {
    const command = `stty cols 0 rows 0 && exec ${binaryPath()} report --last 12h --watch`;
    await using terminal = openTerminal(["sh", "-c", command], { env: { LITELLM_PULSE_DB_PATH: sandbox.dbPath } });
    await terminal.shows("TOTAL");
  });

  test("draws the table in place when another process has booked something", async () => {
    await using terminal = watch();
    const before = await requestsShown(terminal);
    expect(terminal.modes()).toEqual({ isOther: true, hasCursor: false, breaksLines: false });
    await scrapeAfter(12);
    await terminal.shows(new RegExp(`TOTAL +${(before + 12).toLocaleString("en-US")} `));
    expect(terminal.screen().filter((line) => line.includes("TOTAL"))).toHaveLength(1);
    expect(terminal.written().split("\x1b[?1049h")).toHaveLength(2);
  });

  test("fits the window when its size changes", async () => {
    await using terminal = watch([], { columns: 120 });
    await terminal.shows("$/1K REQ");
    terminal.resize(44, 30);
    await terminal.shows("no room for");
    for (const line of terminal.screen()) expect(line.length).toBeLessThanOrEqual(44);
    terminal.resize(120, 30);
    await terminal.shows(/^(?![\s\S]*no room for)/);
    expect(terminal.screen().join("\n")).toContain("$/1K REQ");
  });

  test("leaves out groups where the window is too low, never the total", async () => {
    await using terminal = watch(["--by", "model,key"], { columns: 100, rows: 13 });
    await terminal.shows(/\(\d+ more lines\)/);
    await terminal.shows("TOTAL");
    expect(terminal.screen().length).toBeLessThanOrEqual(13);
    expect(terminal.screen()[0]).toContain("last 12h");
  });

  test.each<[how: string, end: (terminal: Terminal) => void]>([
    ["Ctrl-C", (terminal) => terminal.type("\x03")],
    ["SIGTERM", (terminal) => terminal.kill("SIGTERM")],
    ["SIGINT", (terminal) => terminal.kill("SIGINT")],
  ])("leaves the terminal as it was on %s, with exit code 0", async (_, end) => {
    await using terminal = watch();
    await terminal.shows("TOTAL");
    end(terminal);
    expect(await terminal.exited).toBe(0);
    await isTidy(terminal);
    expect(terminal.written()).toEndWith("\x1b[?1049l");
  });

  test("gives the terminal back while it is suspended", async () => {
    await using terminal = watch();
    await terminal.shows("TOTAL");
    terminal.kill("SIGTSTP");
    await until("the program is stopped", () =>
      /^State:\s+T/m.test(readFileSync(`/proc/${terminal.pid}/status`, "utf8")),
    );
    await isTidy(terminal);
    terminal.kill("SIGCONT");
    await until("it has its screen again", () => terminal.modes().isOther);
    await terminal.shows("TOTAL");
    terminal.type("\x03");
    expect(await terminal.exited).toBe(0);
    await isTidy(terminal);
  });

  test("goes on while the server is away, and says so", async () => {
    await using home = openSandbox();
    const settings = { METRICS_URL: "http://127.0.0.1:9/metrics/", DB_PATH: sandbox.dbPath, TIMEZONE: "UTC" };
    const first = await home.serve({ set: settings });
    await using terminal = watch(["--url", first.url], { columns: 200, rows: 40 });
    const before = await requestsShown(terminal);
    await scrapeAfter(5);
    await terminal.shows(new RegExp(`TOTAL +${(before + 5).toLocaleString("en-US")} `));
    first.kill("SIGTERM");
    await first.finished;
    await terminal.shows("; trying again");
    expect(await requestsShown(terminal)).toBe(before + 5);
    await home.serve({ set: { ...settings, PORT: new URL(first.url).port } });
    await terminal.shows(/^(?![\s\S]*trying again)/);
    terminal.type("\x03");
    expect(await terminal.exited).toBe(0);
  });

  test("says in plain words why it cannot begin, and touches nothing", async () => {
    await using terminal = openTerminal([binaryPath(), "report", "--watch"], {
      env: { LITELLM_PULSE_DB_PATH: `${sandbox.folder}/none.db` },
    });
    expect(await terminal.exited).toBe(5);
    await terminal.shows("There is no database at");
    expect(terminal.written()).not.toContain("\x1b");
  });
});

describe("report --watch is refused", () => {
  test("in a terminal that cannot move its cursor", async () => {
    await using terminal = openTerminal([binaryPath(), "report", "--watch"], { env: { TERM: "dumb" } });
    expect(await terminal.exited).toBe(2);
    await terminal.shows("TERM is dumb");
  });

  test.each([
    [[], "--watch needs a terminal: leave it out, or run it in one"],
    [["--json"], "--watch shows the table: leave out the other formats and --output"],
    [["--fail-over", "5"], "--watch goes on until it is stopped: leave out --fail-over"],
    [["-o", "x.html"], "--watch shows the table: leave out the other formats and --output"],
  ])("off a terminal or with %j", async (argv, message) => {
    const { code, stdout, stderr } = await sandbox.run(["report", "--watch", ...argv]);
    expect([code, stdout, stderr]).toEqual([2, "", `litellm-pulse: ${message}\n`]);
  });
});

test("a database that this user may not read is named, with where to ask instead", async () => {
  await using home = openSandbox();
  await home.bash('ln "$PULSE" pulse || cp "$PULSE" pulse; chmod 755 . pulse');
  await Bun.write(home.dbPath, Bun.file(sandbox.dbPath));
  // Root may read everything, so it becomes somebody else.
  const script = `chmod 000 pulse.db; if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=65534 --regid=65534 --clear-groups ./pulse report; fi; exec ./pulse report`;
  const { code, stdout, stderr } = await home.bash(script);
  expect([code, stdout, stderr]).toEqual([
    6,
    "",
    `litellm-pulse: Cannot open the database ${home.dbPath}: this user may not read ${home.dbPath}, allow it or set LITELLM_PULSE_DB_PATH to another place, or ask a running serve with --url http://localhost:8000\n`,
  ]);
});
