import type { Command } from "commander";
import { createTree } from "./command-tree.ts";
import type { ExitCode } from "./exit-code.ts";
import { addConfig } from "./flags/config.ts";
import { addDemo } from "./flags/demo.ts";
import { addHealth } from "./flags/health.ts";
import { addImport } from "./flags/import.ts";
import { addPurge } from "./flags/purge.ts";
import { addReport } from "./flags/report.ts";
import { addScrapeOnce } from "./flags/scrape-once.ts";
import { addServe } from "./flags/serve.ts";
import { addSync } from "./flags/sync.ts";
import type { Io } from "./io.ts";

const EXAMPLES = [
  "litellm-pulse demo",
  "litellm-pulse serve --metrics-url http://litellm:4000/metrics/",
  "litellm-pulse report --today",
  "litellm-pulse report --json | jq .total.cost",
];

/** The command tree. What a command does is loaded when it runs, so that `report` never loads the server. */
export function createProgram(io: Io, done: (code: ExitCode) => void): Command {
  const tree = createTree(io, done, EXAMPLES);
  const commands = [addServe, addScrapeOnce, addReport, addSync, addImport, addPurge, addHealth, addConfig, addDemo];
  for (const add of commands) add(tree);
  return tree.program;
}
