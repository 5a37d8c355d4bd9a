import { join } from "node:path";
import { SETTINGS } from "../../../lib/config/settings.ts";
import { openSandbox, type RunOptions } from "../../support/binary.ts";
import { fixture } from "../../support/fixtures.ts";
import { makeOriginals, PAGE, ROWS, workFolder } from "../damaged-files.ts";
import { hostileText, mutate } from "../mutate.ts";
import { expectNoStack, oneOf, type Random, type Target } from "../target.ts";

const CODES: ReadonlySet<number> = new Set([0, 2, 4, 5, 6]);
const WITH_DATABASE: readonly (readonly string[])[] = [
  ["scrape-once", PAGE],
  ["report", "--last", "30d"],
  ["report", "--last", "3650d", "--source", "ledger"],
  ["import", ROWS],
  ["purge"],
];

/** The compiled program: pages and files on its stdin, damaged databases, settings and flags. */
export const binaryTarget: Target = {
  name: "compiled program",
  inTests: 30,
  async open() {
    const sandbox = openSandbox();
    const originals = await makeOriginals();
    const folder = workFolder(originals);
    const page = fixture("metrics/few-requests.prom");
    const rows = fixture("spend-api/rows.jsonl");
    const fresh = { DB_PATH: join(sandbox.folder, "fresh.db") };
    const anyRun = (random: Random): { args: readonly string[]; options: RunOptions; input: string | Uint8Array } => {
      const kind = random();
      if (kind < 0.25) {
        const stdin = mutate(page, random);
        return { args: ["scrape-once", "-"], options: { set: fresh, stdin }, input: stdin };
      }
      if (kind < 0.5) {
        const stdin = mutate(rows, random);
        return { args: ["import", "-"], options: { set: fresh, stdin }, input: stdin };
      }
      if (kind < 0.75) {
        const args = oneOf(random, WITH_DATABASE);
        const what = originals.damage(random, folder);
        return { args, options: { set: { DB_PATH: join(folder, "pulse.db") } }, input: `${what}: ${args.join(" ")}` };
      }
      const plain = () => hostileText(random).replaceAll("\0", "").toWellFormed();
      const setting = oneOf(random, SETTINGS);
      const args = random() < 0.5 ? ["config"] : ["config", setting.flag, plain()];
      const env = { [setting.env]: plain() };
      return { args, options: { env }, input: JSON.stringify({ args, env }) };
    };
    return {
      attempt(random) {
        const { args, options, input } = anyRun(random);
        return {
          input,
          async run() {
            const { code, signal, stdout, stderr } = await sandbox.run(args, options);
            if (code === null || !CODES.has(code))
              throw new Error(`${args.join(" ")} ends with ${code ?? signal}: ${stderr}`);
            expectNoStack(stderr);
            if (/[^\P{Cc}\n]/u.test(stderr + stdout))
              throw new Error(`It steers a terminal: ${JSON.stringify(stderr + stdout)}`);
          },
        };
      },
      async [Symbol.asyncDispose]() {
        originals[Symbol.dispose]();
        await sandbox[Symbol.asyncDispose]();
      },
    };
  },
};
