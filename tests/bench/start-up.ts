import { join } from "node:path";
import { atMost, type Bench } from "./bench.ts";
import type { Histories } from "./history-file.ts";
import { NOBODY, scraping, serveSmallPage } from "./litellm.ts";
import { median, run } from "./process.ts";

/** A round is short here, and the figures are small. */
const RUNS_A_ROUND = 3;

/** Runs small jobs as whole processes, in turn with a program that does nothing. */
export async function measureStartUp({ binary, folder, rounds, show }: Bench, histories: Histories): Promise<void> {
  const empty = await buildEmpty(folder);
  const served = serveSmallPage(false);
  const small = scraping(served.metricsUrl, join(folder, "small.db"));
  const [usual, long] = [histories.usual, histories.long].map((path) => scraping(NOBODY, path));
  const monthly = ["report", "--month", "--by", "day,model"];
  const jobs = [
    { job: "scrape-once of a small page, whole process", budget: 40, args: ["scrape-once"], env: small },
    { job: "report --today on 90 days of minutes, 10 models", budget: 40, args: ["report", "--today"], env: usual },
    { job: "the same on ten times the history", budget: 40, args: ["report", "--today"], env: long },
    { job: "report --month --by day,model on 90 days", budget: 60, args: monthly, env: usual },
    { job: "the same on ten times the history", budget: 60, args: monthly, env: long },
    { job: "report --help", budget: 30, args: ["report", "--help"], env: {} },
  ].map((job) => ({ ...job, took: [] as number[] }));
  const nothing: number[] = [];
  await run([binary, "scrape-once"], small);
  for (let round = 0; round < rounds * RUNS_A_ROUND; round++) {
    nothing.push((await run([empty], {})).ms);
    for (const { args, env = {}, took } of jobs) took.push((await run([binary, ...args], env)).ms);
  }
  await served.stop();
  for (const { job, budget, took } of jobs) {
    const beside = `best ${Math.min(...took).toFixed(0)} ms; a program that does nothing ${median(nothing).toFixed(0)} ms`;
    show(job, [atMost(budget, median(took), "ms")], beside);
  }
}

async function buildEmpty(folder: string): Promise<string> {
  const source = join(folder, "empty.ts");
  await Bun.write(source, "export {};\n");
  const outfile = join(folder, "empty");
  const flags = ["--compile", "--minify", "--bytecode", "--format=esm"];
  const built = Bun.spawnSync([process.execPath, "build", ...flags, source, "--outfile", outfile]);
  if (built.exitCode !== 0) throw new Error(built.stderr.toString());
  return outfile;
}
