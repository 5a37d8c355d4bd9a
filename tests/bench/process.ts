import { readFileSync } from "node:fs";

/** What one run of a program took: wall time, processor time and the highest resident memory of the process itself. */
export type Run = { readonly ms: number; readonly cpuMs: number; readonly peakMb: number };

/** Runs a program to its end, which must be a good one. Memory is read from the process's own VmHWM while it runs. */
export async function run(command: readonly string[], env: Record<string, string>): Promise<Run> {
  const started = Bun.nanoseconds();
  const child = Bun.spawn([...command], { env, stdout: "ignore", stderr: "ignore" });
  let peakMb = 0;
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, statusMb(child.pid, "VmHWM") ?? 0);
  }, 2);
  const exitCode = await child.exited;
  const ms = (Bun.nanoseconds() - started) / 1e6;
  clearInterval(watch);
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}`);
  const usage = child.resourceUsage();
  return { ms, cpuMs: Number(usage?.cpuTime.total ?? 0) / 1000, peakMb };
}

/** A memory figure of a running process in megabytes; undefined once it has gone. */
export function statusMb(pid: number, figure: "VmHWM" | "VmRSS"): number | undefined {
  try {
    const [, kilobytes] =
      new RegExp(`^${figure}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** The processor time that a running process has used so far, in milliseconds. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
