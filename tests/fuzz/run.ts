import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TargetRun } from "./run-target.ts";
import { TARGETS } from "./targets/all.ts";

/** An input that is being tried for longer than this hangs. */
const HANG_MS = 60_000;
/** What a run may take more at its end than when it was warm: the heap breathes. */
const SLACK_MB = 150;

/**
 * `make fuzz`: gives inputs to every target, each in a process of its own, so that a crash or a hang is seen too. FUZZ_SECONDS
 * is for all targets together (60), FUZZ_INPUTS the most for each; FUZZ_TARGET names one; FUZZ_SEED and FUZZ_FROM repeat a finding.
 */
async function main(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { FUZZ_SECONDS = "60", FUZZ_INPUTS = "1e9", FUZZ_TARGET, FUZZ_SEED, FUZZ_FROM = "0" } = env;
  const seed = Number(FUZZ_SEED ?? Date.now() % 1_000_000);
  const targets = TARGETS.filter(({ name }) => FUZZ_TARGET === undefined || name === FUZZ_TARGET);
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-fuzz-run-"));
  tell(`Seed ${seed}`);
  let findings = 0;
  for (const { name } of targets) {
    const progress = join(folder, name.replace(/\W/g, "-"));
    const args = [
      name,
      seed,
      Number(FUZZ_FROM),
      Number(FUZZ_INPUTS),
      Number(FUZZ_SECONDS) / targets.length,
      progress,
    ].map(String);
    const ran = await runTarget(args, progress);
    const problem = "problem" in ran ? ran.problem : problemOf(ran);
    tell(`${problem === undefined ? "ok  " : "FAIL"} ${name.padEnd(18)}${"problem" in ran ? "" : figures(ran)}`);
    if (problem === undefined) continue;
    findings++;
    const index = numberIn(progress);
    tell(`${problem}\nRepeat: FUZZ_TARGET="${name}" FUZZ_SEED=${seed} FUZZ_FROM=${index} FUZZ_INPUTS=1 make fuzz`);
  }
  return findings === 0 ? 0 : 1;
}

async function runTarget(args: readonly string[], progress: string): Promise<TargetRun | { problem: string }> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "run-target.ts"), ...args], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let last = -1;
  let lastAt = performance.now();
  let hangs = false;
  const watch = setInterval(() => {
    const index = numberIn(progress);
    if (index !== last) [last, lastAt] = [index, performance.now()];
    hangs = performance.now() - lastAt > HANG_MS;
    if (hangs) child.kill("SIGKILL");
  }, 1000);
  const stdout = await new Response(child.stdout).text();
  await child.exited;
  clearInterval(watch);
  if (hangs) return { problem: `Input ${last} hangs` };
  const line = stdout.trim().split("\n").at(-1) ?? "";
  if (child.exitCode !== 0 || !line.startsWith("{"))
    return { problem: `Input ${numberIn(progress)} ends the process: ${child.exitCode ?? child.signalCode}` };
  return JSON.parse(line);
}

function problemOf({ finding, warmMb, endMb }: TargetRun): string | undefined {
  if (finding) return `Input ${finding.index}, kept in ${finding.path}: ${finding.message}`;
  return warmMb > 0 && endMb > warmMb + SLACK_MB
    ? `The process grew from ${Math.round(warmMb)} to ${Math.round(endMb)} MB`
    : undefined;
}

function figures({ inputs, seconds, slowestMs, warmMb, endMb }: TargetRun): string {
  return `${String(inputs).padStart(8)} inputs  ${(inputs / seconds).toFixed(0).padStart(6)}/s  slowest ${slowestMs.toFixed(0).padStart(5)} ms  ${warmMb.toFixed(0)} -> ${endMb.toFixed(0)} MB`;
}

function numberIn(path: string): number {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return -1; // It has not begun yet.
  }
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exit(await main(process.env));
