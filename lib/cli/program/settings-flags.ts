import { type Command, Option } from "commander";
import { negatedFlag } from "../../config/names.ts";
import { type ConfigResult, resolveConfig } from "../../config/resolve.ts";
import type { SettingGroup } from "../../config/setting-group.ts";
import { SETTINGS, type Setting } from "../../config/settings.ts";
import type { Io } from "../io.ts";

/** Adds the flags of some settings to a command, from the settings table. Commander gets no defaults: `resolve` has them. */
export function addSettings(command: Command, wants: (setting: Setting) => boolean): Command {
  for (const setting of SETTINGS.filter(wants)) {
    const help = [
      setting.help,
      `(${setting.env}${setting.default === undefined ? "" : `, default ${setting.default}`})`,
    ];
    const flags = setting.argument === undefined ? setting.flag : `${setting.flag} <${setting.argument}>`;
    command.addOption(new Option(flags, help.join(" ")).helpGroup(`${setting.group}:`));
    if (setting.argument === undefined) command.addOption(new Option(negatedFlag(setting.flag)).hideHelp());
  }
  return command;
}

/** Settings of some groups, for `addSettings`. */
export function inGroups(...groups: readonly SettingGroup[]): (setting: Setting) => boolean {
  return (setting) => groups.includes(setting.group);
}

/** Settings by their keys, for `addSettings`. */
export function only(...keys: readonly string[]): (setting: Setting) => boolean {
  return (setting) => keys.includes(setting.key);
}

/** Resolves the settings from a command's flags and the environment. */
export function resolveFrom(command: Command, io: Io): ConfigResult {
  const keys = new Set(SETTINGS.map((setting) => setting.key));
  const flags = new Map<string, string | boolean>();
  for (const [key, value] of Object.entries<unknown>(command.opts())) {
    if (keys.has(key) && (typeof value === "string" || typeof value === "boolean")) flags.set(key, value);
  }
  return resolveConfig({ flags, env: io.env, readFile: io.readFile });
}
