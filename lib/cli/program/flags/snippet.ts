import { Argument, Option } from "commander";
import { SNIPPETS } from "../../../snippets/catalogue.ts";
import type { CommandTree } from "../command-tree.ts";
import { addSettings, only } from "../settings-flags.ts";

const PARTS = [...SNIPPETS].flatMap(([name, parts]) =>
  parts.length < 2 ? [] : [`${name}: ${parts.map((part) => part.name).join(", ")}`],
);

const FILLED_IN = [
  "metricsUrl",
  "metricsApiKey",
  "scrapeInterval",
  "host",
  "port",
  "basePath",
  "apiKey",
  "dbPath",
  "timezone",
] as const;

/** `snippet <name> [part]`: takes the flags of what is filled in. */
export function addSnippet(tree: CommandTree): void {
  const snippet = tree
    .add(
      "snippet",
      "Print the configuration for Homepage, Home Assistant, Docker, systemd, cron, Prometheus or Grafana",
      [
        "litellm-pulse snippet homepage --url http://pulse.lan:8000",
        "litellm-pulse snippet homeassistant",
        "litellm-pulse snippet systemd | sudo tee /etc/systemd/system/litellm-pulse.service",
        "litellm-pulse snippet prometheus rules",
      ],
      ["done", "unexpected", "usage"],
    )
    .addArgument(new Argument("<name>", "what is printed").choices([...SNIPPETS.keys()]).argParser(String))
    .argument("[part]", `which part of it (${PARTS.join("; ")}); the first by default`)
    .addOption(
      new Option("--url <url>", "address under which others reach us, by default this machine's name and port"),
    );
  addSettings(snippet, only(...FILLED_IN)).action(
    tree.action(
      async () => (await import("../../commands/snippet.ts")).snippet,
      ([name, part], command) => ({
        name: String(name),
        part: typeof part === "string" ? part : undefined,
        url: textOf(command.opts()["url"]),
      }),
    ),
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
