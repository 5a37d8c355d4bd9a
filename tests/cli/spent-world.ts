import { DAY, HOUR, MINUTE, openWorld, type World } from "../support/api.ts";
import { type Ran, runCli } from "./run-cli.ts";

/** A file with requests of today and of the day before, under quiet and loud names. */
export function spentWorld(options: Parameters<typeof openWorld>[0] = {}): World {
  const world = openWorld({ ...options, inFile: true });
  world.state.now -= DAY;
  world.scrape();
  for (const [modelGroup, keyAlias] of [
    ["claude-haiku", "alice-laptop"],
    ["claude-sonnet", "bob-workstation"],
    ['Müllers "schnelles" \\ Modell', "n8n"],
  ] as const) {
    world.send({ modelGroup, keyAlias, promptTokens: 100, completionTokens: 10, cachedTokens: 30 });
    world.pass(MINUTE);
  }
  world.pass(DAY, 6 * HOUR);
  world.send({ modelGroup: "gemini-flash", keyAlias: "alice-laptop" });
  world.send({ modelGroup: "claude-haiku", keyAlias: "open-webui", endUser: "zoë" });
  world.pass(MINUTE);
  return world;
}

/** Runs `report` on the file of a world, on its clock. */
export const report = (
  world: World,
  argv: readonly string[],
  options: Parameters<typeof runCli>[1] = {},
): Promise<Ran> =>
  runCli(["report", ...argv], { now: () => world.state.now, ...options, set: { DB_PATH: world.path, ...options.set } });
