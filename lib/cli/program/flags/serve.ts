import type { CommandTree } from "../command-tree.ts";
import { addSettings } from "../settings-flags.ts";

/** `serve`: every setting has its flag. */
export function addServe(tree: CommandTree): void {
  const serve = tree.add(
    "serve",
    "Scrape LiteLLM at an interval and answer questions over HTTP",
    [
      "litellm-pulse serve --metrics-url http://litellm:4000/metrics/",
      "LITELLM_PULSE_TIMEZONE=America/New_York litellm-pulse serve",
    ],
    ["done", "unexpected", "usage"],
  );
  addSettings(serve, () => true).action(
    tree.action(
      async () => (await import("../../commands/serve.ts")).serve,
      () => ({}),
    ),
  );
}
