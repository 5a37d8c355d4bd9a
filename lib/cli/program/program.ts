import type { Command } from "commander";
import { createTree } from "./command-tree.ts";
import type { ExitCode } from "./exit-code.ts";
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
import type { Io } from "./io.ts";

const EXAMPLES = [
  "litellm-pulse demo",
  "litellm-pulse serve --metrics-url http://litellm:4000/metrics/",
  "litellm-pulse doctor",
  "litellm-pulse report --today",
  "litellm-pulse report --json | jq .total.cost",
];

/** In the order in which help lists them. */
const ADDERS = [
  addServe,
  addScrapeOnce,
  addReport,
  addReconcile,
  addSync,
  addImport,
  addPurge,
  addHealth,
  addDoctor,
  addConfig,
  addSnippet,
  addCompletion,
  addDemo,
  addHelp,
];

/** The command tree. What a command does is loaded when it runs, so that `report` never loads the server. */
export function createProgram(io: Io, done: (code: ExitCode) => void): Command {
  const tree = createTree(io, done, EXAMPLES);
  for (const add of ADDERS) add(tree);
  return tree.program;
}
