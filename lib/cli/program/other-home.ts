import type { Command } from "commander";
import { closest } from "../../config/closest.ts";

/** Where an unknown flag could be at home; `isExact` where it is spelled right and only stands with the wrong command. */
export type OtherHome = { readonly isExact: boolean; readonly hint: string };

/**
 * Finds those of `commands` that know a flag which `command` does not, or one that is spelled much like it. Given before
 * any command, it is told to stand after one.
 */
export function otherHome(flag: string, command: Command, commands: readonly Command[]): OtherHome | undefined {
  const homes = homesOf(commands);
  const owners = homes.get(flag);
  if (owners?.includes(command.name())) return undefined;
  if (owners !== undefined) return { isExact: true, hint: belongs(flag, owners, command.parent !== null) };
  const alike = closest(flag, [...homes.keys()]);
  const [owner] = (alike !== undefined && homes.get(alike)) || [];
  return owner === undefined ? undefined : { isExact: false, hint: `did you mean ${alike} of ${owner}?` };
}

/** Every flag of the commands with the names of those that have it. */
function homesOf(commands: readonly Command[]): ReadonlyMap<string, readonly string[]> {
  const homes = new Map<string, string[]>();
  for (const command of commands) {
    for (const { short, long } of command.options) {
      for (const name of [short, long]) {
        if (name) homes.set(name, [...(homes.get(name) ?? []), command.name()]);
      }
    }
  }
  return homes;
}

function belongs(flag: string, owners: readonly string[], hasCommand: boolean): string {
  const list = owners.length === 1 ? owners.join() : `${owners.slice(0, -1).join(", ")} and ${owners.at(-1)}`;
  if (hasCommand) return `${flag} belongs to ${list}`;
  return `${flag} belongs to ${list} and goes after the command`;
}
