import { Argument, Option } from "commander";
import { type CommandTree, jsonOption, wantsJson } from "../command-tree.ts";
import { addSettings, only } from "../settings-flags.ts";

/** `import`: request logs from a file or from stdin. */
export function addImport(tree: CommandTree): void {
  const command = tree
    .add(
      "import",
      "Count the requests of a log file into the spend ledger, each once",
      [
        "litellm-pulse import spend-logs.jsonl.gz",
        "psql -c 'COPY \"LiteLLM_SpendLogs\" TO STDOUT CSV HEADER' | litellm-pulse import -",
        "litellm-pulse import --strict --json rows.csv | jq .counted",
      ],
      ["done", "unexpected", "usage", "noData", "database"],
    )
    .addArgument(new Argument("<file>", "JSON Lines, a JSON list or CSV, also packed by gzip or zstd; - is stdin"))
    .addOption(new Option("--strict", "end with exit code 2 if any line is not a record"))
    .addOption(jsonOption());
  addSettings(command, only("ledgerPath", "ledgerUrl", "dbPath", "timezone")).action(
    tree.action(
      async () => (await import("../../commands/import.ts")).importCommand,
      (args, options) => ({
        file: String(args[0]),
        strict: options.opts()["strict"] === true,
        json: wantsJson(options),
      }),
    ),
  );
}
