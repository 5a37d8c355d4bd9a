import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLACE, runTool, snippetText } from "./place.ts";

/** A unit file by section; a key that stands twice has all its values. */
function unitOf(text: string): Map<string, Map<string, string[]>> {
  const sections = new Map<string, Map<string, string[]>>();
  let current = new Map<string, string[]>();
  for (const line of text.split("\n").filter((each) => each !== "" && !each.startsWith("#"))) {
    const [, section] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (section !== undefined) {
      current = new Map();
      sections.set(section, current);
    } else if (key !== undefined && value !== undefined) {
      current.set(key, [...(current.get(key) ?? []), value]);
    } else throw new Error(`Not a line of a unit file: ${line}`);
  }
  return sections;
}

/** A word of a unit file as systemd reads it. */
function systemdWord(text: string): string {
  const bare = text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
  return bare.replaceAll("%%", "%");
}

describe("snippet systemd", () => {
  test("the service runs serve with the settings as they are set here, as a user of its own", () => {
    const service = unitOf(snippetText("systemd")).get("Service");
    expect(service?.get("ExecStart")).toEqual(["/usr/local/bin/litellm-pulse serve"]);
    const environment = (service?.get("Environment") ?? []).map(systemdWord);
    expect(environment).toContain(`LITELLM_PULSE_METRICS_URL=${PLACE.metricsUrl}`);
    expect(environment).toContain("LITELLM_PULSE_PORT=8123");
    expect(environment).toContain("LITELLM_PULSE_TIMEZONE=America/New_York");
    expect(environment).toContain("LITELLM_PULSE_DB_PATH=/var/lib/litellm-pulse/litellm_pulse.db");
    expect(service?.get("DynamicUser")).toEqual(["yes"]);
    expect(service?.get("StateDirectory")).toEqual(["litellm-pulse"]);
    expect(service?.has("MemoryDenyWriteExecute")).toBe(false);
    expect(environment.some((each) => each.startsWith("LITELLM_PULSE_BASE_PATH"))).toBe(false);
    expect(snippetText("systemd", "service", { basePath: "/pulse" })).toContain("LITELLM_PULSE_BASE_PATH=/pulse\n");
  });

  test("the timer scrapes at the interval that is set", () => {
    expect(unitOf(snippetText("systemd", "scrape")).get("Service")?.get("ExecStart")).toEqual([
      "/usr/local/bin/litellm-pulse scrape-once",
    ]);
    expect(unitOf(snippetText("systemd", "timer")).get("Timer")?.get("OnUnitActiveSec")).toEqual(["60s"]);
  });

  test("systemd accepts all three, where it is there", () => {
    if (Bun.which("systemd-analyze") === null) return;
    const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-units-"));
    const files = [
      ["litellm-pulse.service", "service"],
      ["litellm-pulse-scrape.service", "scrape"],
      ["litellm-pulse-scrape.timer", "timer"],
    ].map(([file = "", part]) => {
      const path = join(folder, file);
      // What it checks besides the grammar is that the program exists.
      return Bun.write(path, snippetText("systemd", part, { program: "/bin/true" })).then(() => path);
    });
    return Promise.all(files).then((paths) => {
      const { said } = runTool(["systemd-analyze", "verify", "--man=no", ...paths]);
      rmSync(folder, { recursive: true });
      expect(said.split("\n").filter((line) => line.includes("litellm-pulse"))).toEqual([]);
    });
  });
});

describe("snippet cron", () => {
  test.each([
    [1, "* * * * *"],
    [60, "* * * * *"],
    [61, "*/2 * * * *"],
    [300, "*/5 * * * *"],
    [3600, "0 * * * *"],
  ])("an interval of %d seconds is %s", (scrapeIntervalSeconds, times) => {
    expect(snippetText("cron", "line", { scrapeIntervalSeconds })).toStartWith(`${times} LITELLM_PULSE_`);
  });

  test("hands the settings on through cron's and the shell's own marks", async () => {
    const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-cron-"));
    const program = join(folder, "it's 100% pulse");
    const seen = join(folder, "seen");
    await Bun.write(program, `#!/bin/sh\n{ env; echo "ARGUMENTS $*"; } >"${seen}"\n`);
    Bun.spawnSync(["chmod", "+x", program]);
    const line = snippetText("cron", "line", { program }).trimEnd();
    expect(line.split("\n")).toHaveLength(1);
    const command = line.split(" ").slice(5).join(" ");
    // An unescaped percent sign would end the command (crontab(5)).
    expect(command).not.toMatch(/(?<!\\)%/);
    expect(runTool(["sh", "-c", command.replaceAll("\\%", "%")])).toEqual({ code: 0, said: "" });
    const lines = (await Bun.file(seen).text()).split("\n");
    rmSync(folder, { recursive: true });
    expect(lines).toContain(`LITELLM_PULSE_METRICS_URL=${PLACE.metricsUrl}`);
    expect(lines).toContain(`LITELLM_PULSE_DB_PATH=${PLACE.dbPath}`);
    expect(lines).toContain("ARGUMENTS scrape-once");
  });
});
