import { writeFileSync } from "node:fs";
import { TARGETS } from "./targets/all.ts";
import { Finding, randomOf, tryOne } from "./try-target.ts";

/** What a run of one target gives, as a line of JSON on stdout. */
export type TargetRun = {
  readonly inputs: number;
  readonly seconds: number;
  readonly slowestMs: number;
  /** Resident megabytes after a fifth of the run, and at its end. */
  readonly warmMb: number;
  readonly endMb: number;
  readonly finding?: { readonly index: number; readonly message: string; readonly path: string };
};

/** Gives inputs to one target: arguments are its name, seed, first input, most inputs and seconds, and a file for progress. */
async function run(
  name: string,
  seed: number,
  from: number,
  most: number,
  seconds: number,
  progress: string,
): Promise<TargetRun> {
  const target = TARGETS.find((each) => each.name === name);
  if (!target) throw new Error(`Nothing is called ${name}: ${TARGETS.map((each) => each.name).join(", ")}`);
  await using open = await target.open();
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let slowestMs = 0;
  let warmMb = 0;
  let index = from;
  for (; index < from + most && elapsed() < seconds; index++) {
    writeFileSync(progress, String(index));
    try {
      slowestMs = Math.max(slowestMs, await tryOne(open, randomOf(seed, name, index)));
    } catch (error) {
      if (!(error instanceof Finding)) throw error;
      const path = `${progress}.input`;
      writeFileSync(path, error.input);
      const finding = { index, message: error.message, path };
      return { inputs: index - from + 1, seconds: elapsed(), slowestMs, warmMb, endMb: residentMb(), finding };
    }
    if (warmMb === 0 && (index - from > most / 5 || elapsed() > seconds / 5)) warmMb = residentMb();
  }
  return { inputs: index - from, seconds: elapsed(), slowestMs, warmMb, endMb: residentMb() };
}

function residentMb(): number {
  Bun.gc(true);
  return process.memoryUsage.rss() / 1024 / 1024;
}

const [name = "", seed = "1", from = "0", most = "0", seconds = "0", progress = ""] = process.argv.slice(2);
const ran = await run(name, Number(seed), Number(from), Number(most), Number(seconds), progress);
process.stdout.write(`${JSON.stringify(ran)}\n`);
process.exit(0);
