import type { Source } from "./given.ts";
import type { ResolvedConfig, ShownValue } from "./resolve.ts";
import type { SettingGroup } from "./setting-group.ts";
import { SETTINGS } from "./settings.ts";

/** One setting as the `config` command shows it, ready for a table or for JSON. */
export type SettingRow = {
  readonly key: string;
  readonly group: SettingGroup;
  readonly env: string;
  readonly flag: string;
  /** The value in force, `***` for a secret, `null` where nothing is set. */
  readonly value: ShownValue;
  readonly source: Source;
  /** The default as one would write it, `null` where there is none. */
  readonly default: string | null;
  readonly help: string;
};

/** Every setting in the table's order, with its value and where it came from; nothing secret is in it. */
export function describeConfig({ shown, sources }: Pick<ResolvedConfig, "shown" | "sources">): readonly SettingRow[] {
  return SETTINGS.map((setting) => ({
    key: setting.key,
    group: setting.group,
    env: setting.env,
    flag: setting.flag,
    value: shown.get(setting.key) ?? null,
    source: sources.get(setting.key) ?? "default",
    default: setting.default ?? null,
    help: setting.help,
  }));
}
