import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openSandbox, type RunOptions, type Sandbox } from "../support/binary.ts";
import { fixture } from "../support/fixtures.ts";
import { reportOf } from "./answers.ts";
import { openPageServer } from "./page-server.ts";

setDefaultTimeout(60_000);

type Row = { readonly env: string; readonly value: unknown; readonly source: string };

async function configOf(sandbox: Sandbox, options: RunOptions, flags: readonly string[] = []) {
  const { code, stdout, stderr } = await sandbox.run(["config", "--json", ...flags], options);
  const { settings }: { settings: Row[] } = code === 0 ? JSON.parse(stdout) : { settings: [] };
  return {
    code,
    stderr,
    shown: (name: string) => settings.find(({ env }) => env === `LITELLM_PULSE_${name}`)?.value,
  };
}

describe("a setting that cannot be", () => {
  test.each([
    ["METRICS_URL", "litellm:4000/metrics"],
    ["METRICS_URL", "ftp://litellm/metrics/"],
    ["SCRAPE_INTERVAL", "0"],
    ["SCRAPE_INTERVAL", "60s"],
    ["SCRAPE_INTERVAL", "1e3"],
    ["SCRAPE_TIMEOUT", "-1"],
    ["SCRAPE_TIMEOUT", "0x10"],
    ["VERIFY_SSL", "maybe"],
    ["MAX_LABEL_VALUES", "0"],
    ["HOST", "127.0.0.1:80"],
    ["PORT", "65536"],
    ["PORT", "８０００"],
    ["DB_RETENTION_DAYS", "0"],
    ["HISTORY_SIZE", "-1"],
    ["LOG_LEVEL", "loud"],
    ["LOG_FORMAT", "xml"],
    ["METRIC_COST", "no name"],
    ["METRIC_COST", "litellm_total_tokens_metric_total"],
  ])("LITELLM_PULSE_%s=%s ends with exit code 2 and one line that names it", async (name, value) => {
    await using sandbox = openSandbox();
    const { code, stdout, stderr } = await sandbox.run(["scrape-once"], { set: { [name]: value } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(`^litellm-pulse: LITELLM_PULSE_${name} is "[^\n]*", [^\n]*expected [^\n]*[^\n.]\n$`),
    );
    expect(stderr).toContain(`"${value}"`);
  });

  test.each(["serve", "scrape-once", "report", "purge", "health", "doctor", "config", "demo"])(
    "ends %s before it does anything",
    async (command) => {
      await using sandbox = openSandbox();
      const { code, stdout, stderr } = await sandbox.run([command], { set: { SCRAPE_INTERVAL: "often" } });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^litellm-pulse: LITELLM_PULSE_SCRAPE_INTERVAL is "often", expected [^\n]+\n$/);
      expect(await Bun.file(sandbox.dbPath).exists()).toBeFalse();
    },
  );

  test("is named as the flag where it came from there", async () => {
    await using sandbox = openSandbox();
    const { code, stderr } = await sandbox.run(["serve", "--port", "http"]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^litellm-pulse: --port is "http"/),
    });
  });

  test("is not shown where it is a secret", async () => {
    await using sandbox = openSandbox();
    for (const name of ["API_KEY", "METRICS_API_KEY"]) {
      const { code, stderr } = await sandbox.run(["scrape-once"], { set: { [name]: "geheim\u0007" } });
      expect(code).toBe(2);
      expect(stderr).toContain(`LITELLM_PULSE_${name} is "***"`);
      expect(stderr).not.toContain("geheim");
    }
  });

  test("may be a secret's file that cannot be read", async () => {
    await using sandbox = openSandbox();
    const { code, stderr } = await sandbox.run(["scrape-once"], { set: { API_KEY_FILE: "/no/such/file" } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^litellm-pulse: LITELLM_PULSE_API_KEY_FILE [^\n]*\/no\/such\/file[^\n]*\n$/);
  });

  test("may be a command, a flag or an argument that there is not", async () => {
    await using sandbox = openSandbox();
    const wrong = [
      [["sevre"], /unknown command 'sevre'[\s\S]*serve/i],
      [["report", "--todya"], /unknown option '--todya'[\s\S]*--today/i],
      [["scrape-once", "a", "b"], /too many arguments/i],
      [["report", "--by", "colour"], /by is "colour", expected/],
      [["report", "--last", "a week"], /last is "a week", expected/],
      [["report", "--since", "yesterday-ish"], /since is "yesterday-ish", expected/],
      [["report", "--today", "--week"], /today.*week/],
      [["purge", "--older-than", "0"], /--older-than is "0", expected/],
    ] as const;
    for (const [args, says] of wrong) {
      const { code, stdout, stderr } = await sandbox.run(args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: "" });
      expect(stderr).toMatch(says);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});

describe("an unknown time zone", () => {
  test.each(["Mars/Olympus_Mons", "+02:00", "Z"])("%s is a warning, and the answers are in UTC", async (zone) => {
    await using sandbox = openSandbox();
    await using server = openPageServer(() => new Response(fixture("metrics/few-requests.prom")));
    const options = { set: { METRICS_URL: server.metricsUrl, TIMEZONE: zone } };
    await sandbox.run(["scrape-once"], options);
    const scraped = await sandbox.run(["scrape-once"], options);
    expect(scraped.code).toBe(0);
    expect(scraped.stderr).toMatch(/^\S+ warning LITELLM_PULSE_TIMEZONE is "[^\n]*UTC is used\n$/);
    const reported = await sandbox.run(["report", "--json"], options);
    expect(reported.code).toBe(0);
    expect(reported.stderr).toMatch(/^litellm-pulse: LITELLM_PULSE_TIMEZONE is "[^\n]*UTC is used\n$/);
    expect(JSON.parse(reported.stdout).period).toMatchObject({
      timezone: "UTC",
      from: expect.stringContaining("T00:00:00+00:00"),
    });
  });

  test("is an answer of 400 where a question to the API names it", async () => {
    await using sandbox = openSandbox();
    const { url } = await sandbox.serve({ set: { METRICS_URL: "http://127.0.0.1:1/metrics/" } });
    const response = await fetch(`${url}/api/v1/usage?timezone=Mars/Olympus_Mons`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: expect.stringContaining("Mars/Olympus_Mons") });
  });
});

describe("the surroundings", () => {
  test("Kubernetes' address in LITELLM_PULSE_PORT is a warning, and the port stays what it is", async () => {
    await using sandbox = openSandbox();
    const { code, stderr, shown } = await configOf(sandbox, { set: { PORT: "tcp://10.0.0.1:8000" } });
    expect({ code, port: shown("PORT") }).toEqual({ code: 0, port: 8000 });
    expect(stderr).toMatch(/^litellm-pulse: [^\n]*LITELLM_PULSE_PORT[^\n]*Kubernetes[^\n]*\n$/);
  });

  test("an empty value counts as unset", async () => {
    await using sandbox = openSandbox();
    const { code, stderr, shown } = await configOf(sandbox, { set: { PORT: "", TIMEZONE: "", METRICS_URL: " " } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect([shown("PORT"), shown("TIMEZONE")]).toEqual([8000, "UTC"]);
    expect(shown("METRICS_URL")).toBe("http://litellm:4000/metrics/");
  });

  test("a name that is written wrong is a warning with the right one", async () => {
    await using sandbox = openSandbox();
    const { code, stderr } = await configOf(sandbox, { set: { METRIC_URL: "http://litellm:4000/metrics/" } });
    expect(code).toBe(0);
    expect(stderr).toMatch(/LITELLM_PULSE_METRIC_URL[^\n]*LITELLM_PULSE_METRICS_URL/);
  });

  test("the working directory has no say: .env, bunfig.toml, package.json, tsconfig.json", async () => {
    await using sandbox = openSandbox();
    const cwd = join(sandbox.folder, "elsewhere");
    await Bun.write(join(cwd, ".env"), "LITELLM_PULSE_TIMEZONE=Asia/Tokyo\nLITELLM_PULSE_DB_PATH=/tmp/evil.db\n");
    await Bun.write(join(cwd, ".env.local"), "LITELLM_PULSE_TIMEZONE=Asia/Tokyo\n");
    await Bun.write(join(cwd, ".env.production"), "LITELLM_PULSE_TIMEZONE=Asia/Tokyo\n");
    await Bun.write(join(cwd, "bunfig.toml"), 'preload = ["./evil.ts"]\nlogLevel = "debug"\n');
    await Bun.write(join(cwd, "evil.ts"), 'console.log("evil"); process.exit(7);\n');
    await Bun.write(join(cwd, "package.json"), '{"name":"evil","type":"commonjs","version":"9.9.9"');
    await Bun.write(join(cwd, "tsconfig.json"), '{"compilerOptions":');
    const { code, stderr, shown } = await configOf(sandbox, {
      cwd,
      set: { TIMEZONE: undefined, DB_PATH: undefined },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect([shown("TIMEZONE"), shown("DB_PATH")]).toEqual(["UTC", "./data/litellm_pulse.db"]);
    expect((await sandbox.run(["--version"], { cwd })).stdout).not.toContain("9.9.9");
  });

  test("the default database is made in the working directory, with its folder", async () => {
    await using sandbox = openSandbox();
    const options = { set: { DB_PATH: undefined }, stdin: fixture("metrics/few-requests.prom") };
    for (let times = 0; times < 2; times += 1) {
      expect(await sandbox.run(["scrape-once", "-"], options)).toMatchObject({ code: 0, stderr: "" });
    }
    expect(await Bun.file(join(sandbox.folder, "data/litellm_pulse.db")).exists()).toBeTrue();
    await reportOf(sandbox, [], { set: { DB_PATH: undefined } });
  });
});

describe("a port that is taken", () => {
  test("ends serve with one line that names the port and the setting", async () => {
    await using sandbox = openSandbox();
    await using taken = openPageServer(() => new Response(""));
    const { port } = new URL(taken.url);
    const set = { HOST: "127.0.0.1", PORT: port, METRICS_URL: taken.metricsUrl };
    const { code, stdout, stderr } = await sandbox.run(["serve"], { set });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^litellm-pulse: [^\n]*\\b${port}\\b[^\n]*LITELLM_PULSE_PORT[^\n]*[^\n.]\n$`));
    expect(taken.requests).toEqual([]);
  });

  test("or an address that this machine does not have names the host", async () => {
    await using sandbox = openSandbox();
    const { code, stderr } = await sandbox.run(["serve"], { set: { HOST: "192.0.2.1", PORT: "0" } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^litellm-pulse: [^\n]*192\.0\.2\.1[^\n]*LITELLM_PULSE_HOST[^\n]*\n$/);
  });
});
