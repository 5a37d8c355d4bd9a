import { SNIPPETS } from "../../lib/snippets/catalogue.ts";
import type { Place } from "../../lib/snippets/place.ts";

/** A place with marks in it that YAML, shells, systemd, cron and Compose each take for their own. */
export const PLACE: Place = {
  url: "http://pulse.lan:8123",
  port: 8123,
  basePath: "",
  timezone: "America/New_York",
  metricsUrl: "http://litellm:4000/metrics/?a=%20b&c=$HOME#'\"",
  scrapeIntervalSeconds: 60,
  hasApiKey: false,
  hasMetricsKey: false,
  dbPath: "/srv/pulse data/pulse.db",
  program: "/usr/local/bin/litellm-pulse",
};

/** A snippet of the place. */
export function snippetText(name: string, part?: string, place: Partial<Place> = {}): string {
  const parts = SNIPPETS.get(name) ?? [];
  const found = part === undefined ? parts[0] : parts.find((each) => each.name === part);
  if (found === undefined) throw new Error(`There is no snippet ${name} ${part}`);
  return found.text({ ...PLACE, ...place });
}

/** A file that stands in the repository. */
export function repositoryFile(path: string): Promise<string> {
  return Bun.file(new URL(`../../${path}`, import.meta.url)).text();
}

/** Runs a program that may not be on every machine; what it says, and its exit code. */
export function runTool(command: readonly string[], stdin = ""): { readonly code: number; readonly said: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { stdin: Buffer.from(stdin) });
  return { code: exitCode, said: stdout.toString() + stderr.toString() };
}
