import { findFaketime } from "./fake-clock.ts";
import { soakLedger } from "./ledger/soak.ts";
import { soakMetrics } from "./metrics/soak.ts";
import { tallyText } from "./tally.ts";

/** Soaks the program for `SOAK_SECONDS` (600), by `SOAK_SEED`; prints what was done to it, and ends with 1 where anything differs. */
const seconds = Number(process.env["SOAK_SECONDS"] ?? 600);
const seed = Number(process.env["SOAK_SEED"] ?? Math.floor(Math.random() * 1e6));
const say = (text: string) => process.stderr.write(`${text}\n`);

async function main(): Promise<number> {
  const library = findFaketime();
  if (library === undefined) {
    say(
      "Cannot soak without libfaketime, which lets days pass in minutes: install Debian's package faketime, or set LIBFAKETIME",
    );
    return 1;
  }
  const what = process.argv[2] === "ledger" ? "ledger" : "metrics";
  say(`soak of the ${what} for ${seconds} s, SOAK_SEED=${seed}`);
  const common = { seed, seconds, library, firstWorld: Number(process.env["SOAK_WORLD"] ?? 0), onWorld: say };
  const steps = Number(process.env["SOAK_STEPS"] ?? (what === "ledger" ? 60 : 150));
  const tally =
    what === "ledger"
      ? await soakLedger({ ...common, stepsPerWorld: steps })
      : await soakMetrics({ ...common, stepsPerWorld: steps, lanes: Number(process.env["SOAK_LANES"] ?? 3) });
  process.stdout.write(`soak of the ${what}, SOAK_SEED=${seed}\n${tallyText(tally)}`);
  return tally.differences.length === 0 ? 0 : 1;
}

process.exitCode = await main();
