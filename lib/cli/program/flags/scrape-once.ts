import { Argument } from "commander";
import { type CommandTree, jsonOption, wantsJson } from "../command-tree.ts";
import { addSettings, inGroups } from "../settings-flags.ts";

/** What has any scheme is no file: a wrong one is told as a wrong URL is, without its password. */
const URL_LIKE = /^[a-z][a-z0-9+.-]*:\/\//i;

/** `scrape-once [source]`: a source that is a URL stands for `--metrics-url`, any other for a recorded page. */
export function addScrapeOnce(tree: CommandTree): void {
  const scrapeOnce = tree
    .add(
      "scrape-once",
      "Scrape LiteLLM once and book what it spent, for cron",
      ["litellm-pulse scrape-once", "curl -s http://litellm:4000/metrics/ | litellm-pulse scrape-once -"],
      ["done", "unexpected", "usage", "unreachable", "database"],
    )
    .addArgument(new Argument("[source]", "another URL, a recorded page, or - for stdin"))
    .hook("preAction", (command) => {
      const [source] = command.args;
      if (source !== undefined && URL_LIKE.test(source)) command.setOptionValue("metricsUrl", source);
    })
    .addOption(jsonOption());
  addSettings(scrapeOnce, inGroups("LiteLLM", "Storage", "Logging and time", "Metric names")).action(
    tree.action(
      async () => (await import("../../commands/scrape-once.ts")).scrapeOnce,
      ([source], command) => {
        const isFile = typeof source === "string" && !URL_LIKE.test(source);
        return { file: isFile ? source : undefined, json: wantsJson(command) };
      },
    ),
  );
}
