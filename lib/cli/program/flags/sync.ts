import { Option } from "commander";
import { type CommandTree, jsonOption, wantsJson } from "../command-tree.ts";
import { addSettings, only } from "../settings-flags.ts";

const SOURCE_SETTINGS = ["ledgerPath", "ledgerUrl", "databaseUrl", "ledgerTable", "ledgerColumns", "ledgerInterval"];

/** `sync`: what the log of requests holds goes into the ledger. */
export function addSync(tree: CommandTree): void {
  const sync = tree
    .add(
      "sync",
      "Fold LiteLLM's log of requests into the spend ledger",
      [
        "LITELLM_PULSE_DATABASE_URL=postgresql://pulse@db/litellm litellm-pulse sync",
        "litellm-pulse sync --follow",
        "litellm-pulse sync --full --since 2026-11-01 --until 2026-11-21",
      ],
      ["done", "unexpected", "usage", "unreachable", "database"],
    )
    .addOption(new Option("--follow", "keep looking for new requests until Ctrl-C"))
    .addOption(new Option("--full", "read days anew and replace what the ledger has of them"))
    .addOption(new Option("--since <date>", "first UTC day of --full (default: the oldest)"))
    .addOption(new Option("--until <date>", "last UTC day of --full (default: the newest)"))
    .addOption(new Option("--force", "with --full, also replace days of which the source holds fewer rows"))
    .addOption(jsonOption());
  addSettings(sync, only("dbPath", ...SOURCE_SETTINGS, "logLevel", "logFormat", "timezone")).action(
    tree.action(
      async () => (await import("../../commands/sync.ts")).sync,
      (_, command) => {
        type Flags = { follow?: true; full?: true; since?: string; until?: string; force?: true };
        const { follow, full, since, until, force } = command.opts<Flags>();
        const isOn = { follow: follow === true, full: full === true, force: force === true };
        return { ...isOn, since, until, json: wantsJson(command) };
      },
    ),
  );
}
