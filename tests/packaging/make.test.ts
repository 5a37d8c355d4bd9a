import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Glob, YAML } from "bun";

setDefaultTimeout(60_000);

const ROOT = new URL("../../", import.meta.url).pathname;

function make(args: readonly string[]): { readonly code: number; readonly said: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["make", "-s", "-C", ROOT, ...args]);
  return { code: exitCode, said: stdout.toString() + stderr.toString() };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .sort();
}

test("make install puts a program that runs, completions and units; make uninstall takes all of it away", () => {
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-install-"));
  expect(make(["install", "PREFIX=/opt/pulse", `DESTDIR=${folder}`]).code).toBe(0);
  const installed = filesUnder(folder);
  expect(installed).toEqual([
    "/opt/pulse/bin/litellm-pulse",
    "/opt/pulse/lib/systemd/system/litellm-pulse-scrape.service",
    "/opt/pulse/lib/systemd/system/litellm-pulse-scrape.timer",
    "/opt/pulse/lib/systemd/system/litellm-pulse.service",
    "/opt/pulse/share/bash-completion/completions/litellm-pulse",
    "/opt/pulse/share/fish/vendor_completions.d/litellm-pulse.fish",
    "/opt/pulse/share/zsh/site-functions/_litellm-pulse",
  ]);
  expect(installed.filter((file) => statSync(folder + file).size === 0)).toEqual([]);
  const unit = readFileSync(`${folder}/opt/pulse/lib/systemd/system/litellm-pulse.service`, "utf8");
  expect(unit).toContain("\nExecStart=/opt/pulse/bin/litellm-pulse serve\n");
  const version = Bun.spawnSync([`${folder}/opt/pulse/bin/litellm-pulse`, "--version"]).stdout.toString();
  expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(make(["uninstall", "PREFIX=/opt/pulse", `DESTDIR=${folder}`]).code).toBe(0);
  expect(filesUnder(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

describe("workflows", () => {
  type Step = { readonly run?: string; readonly uses?: string };
  type Workflow = { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> };

  /** What YAML gives is unknown, and the tests look into it. */
  async function steps(): Promise<Step[]> {
    const files = await Array.fromAsync(new Glob(".github/workflows/*.yml").scan({ cwd: ROOT, dot: true }));
    expect(files.length).toBe(2);
    const workflows = await Promise.all(
      files.map(async (file) => YAML.parse(await Bun.file(ROOT + file).text()) as Workflow),
    );
    return workflows.flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps));
  }

  test("run nothing but targets of the Makefile", async () => {
    const makefile = await Bun.file(`${ROOT}Makefile`).text();
    const runs = (await steps()).flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(runs.length).toBeGreaterThan(4);
    for (const run of runs) {
      const [, targets = ""] = /^(?:sudo )?make ((?:[a-z-]+ ?)+)(?: ?[A-Z]+=\S+.*)?$/.exec(run) ?? [];
      expect([run, targets]).not.toEqual([run, ""]);
      for (const target of targets.trim().split(" ")) expect(makefile).toContain(`\n${target}:`);
    }
  });

  test("use what others made at a version that is pinned", async () => {
    const uses = (await steps()).flatMap((step) => (step.uses === undefined ? [] : [step.uses]));
    expect(uses.filter((name) => !/^[\w-]+\/[\w-]+@v\d+\.\d+\.\d+$/.test(name))).toEqual([]);
  });
});

test("make release compiles for Linux with either C library and for macOS, on both processors, and sums them up", () => {
  const { code, said } = make(["-n", "-B", "release"]);
  expect(code).toBe(0);
  const targets = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-arm64-musl", "linux-x64", "linux-x64-musl"];
  expect([...said.matchAll(/--target=bun-([\w-]+)/g)].map(([, target]) => target).sort()).toEqual(targets);
  const [, summed = ""] = /sha256sum (.*) >SHA256SUMS/.exec(said) ?? [];
  expect(
    summed
      .split(" ")
      .sort()
      .map((file) => file.replace(/^litellm-pulse-[\d.]+-/, "")),
  ).toEqual(targets.map((target) => `${target}.tar.gz`).sort());
});
