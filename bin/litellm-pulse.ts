#!/usr/bin/env bun
import { main } from "../lib/cli/main.ts";

main(process).then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`litellm-pulse: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    process.exit(1);
  },
);
