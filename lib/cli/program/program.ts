import type { Command } from "commander";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { type CommandTree, createTree } from "./command-tree.ts";
import { addCompletion } from "./flags/completion.ts";
import { addConfig } from "./flags/config.ts";
import { addDemo } from "./flags/demo.ts";
import { addDoctor } from "./flags/doctor.ts";
import { addHealth } from "./flags/health.ts";
import { addHelp } from "./flags/help.ts";
import { addImport } from "./flags/import.ts";
import { addPurge } from "./flags/purge.ts";
import { addReconcile } from "./flags/reconcile.ts";
import { addReport } from "./flags/report.ts";
import { addScrapeOnce } from "./flags/scrape-once.ts";
import { addServe } from "./flags/serve.ts";
import { addSnippet } from "./flags/snippet.ts";
import { addSync } from "./flags/sync.ts";

const EXAMPLES = [
  "litellm-pulse demo",
  "litellm-pulse serve --metrics-url http://litellm:4000/metrics/",
  "litellm-pulse doctor",
  "litellm-pulse report --today",
  "litellm-pulse report --json | jq .total.cost",
];

/** In the order in which help lists them. */
const COMMANDS: ReadonlyMap<string, (tree: CommandTree) => void> = new Map([
  ["serve", addServe],
  ["scrape-once", addScrapeOnce],
  ["report", addReport],
  ["reconcile", addReconcile],
  ["sync", addSync],
  ["import", addImport],
  ["purge", addPurge],
  ["health", addHealth],
  ["doctor", addDoctor],
  ["config", addConfig],
  ["snippet", addSnippet],
  ["completion", addCompletion],
  ["demo", addDemo],
  ["help", addHelp],
]);

/**
 * The command tree. A command line that begins with a command gets that one alone, since Commander needs longer for the
 * flags of all of them than most commands run. What a command does is loaded when it runs, so that `report` never loads
 * the server.
 */
export function createProgram(io: Io, done: (code: ExitCode) => void): Command {
  const whole = (): Command => createProgram({ ...io, argv: [] }, done);
  const tree = createTree(io, done, EXAMPLES, whole);
  const [first = ""] = io.argv;
  const asked = COMMANDS.get(first);
  for (const add of asked ? [asked] : COMMANDS.values()) add(tree);
  return tree.program;
}
