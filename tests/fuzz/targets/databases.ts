import { join } from "node:path";
import { runCli } from "../../cli/run-cli.ts";
import { NOON } from "../../support/api.ts";
import { makeOriginals, PAGE, ROWS, workFolder } from "../damaged-files.ts";
import { below, expectNoStack, type Target } from "../target.ts";

const COMMANDS: readonly (readonly string[])[] = [
  ["report", "--last", "30d", "--json"],
  ["scrape-once", PAGE],
  ["report", "--last", "30d", "--source", "metrics"],
  ["report", "--last", "3650d", "--source", "ledger", "--by", "key"],
  ["purge"],
  ["import", ROWS],
  ["scrape-once", PAGE],
];
/** Done, wrong words, nothing there, or a database that cannot be used; never an error that nobody expected. */
const CODES: ReadonlySet<number> = new Set([0, 2, 5, 6]);

/** Damaged databases and ledgers, with their logs and indexes, and those of the predecessor: every command that opens one. */
export const databasesTarget: Target = {
  name: "databases",
  inTests: 25,
  async open() {
    const originals = await makeOriginals();
    const folder = workFolder(originals);
    return {
      attempt(random) {
        const what = originals.damage(random, folder);
        const first = below(random, COMMANDS.length);
        const commands = [...COMMANDS.slice(first), ...COMMANDS.slice(0, first)].slice(0, 4);
        return {
          input: `${what}, then ${commands.map((argv) => argv.join(" ")).join("; ")}`,
          async run() {
            for (const argv of commands) {
              const set = { DB_PATH: join(folder, "pulse.db") };
              const { code, err, out } = await runCli(argv, { set, now: () => NOON + 7_200_000 });
              if (!CODES.has(code)) throw new Error(`${argv.join(" ")} ends with ${code}: ${err}`);
              expectNoStack(err + out);
            }
          },
        };
      },
      async [Symbol.asyncDispose]() {
        originals[Symbol.dispose]();
      },
    };
  },
};
