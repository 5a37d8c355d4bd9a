import * as v from "valibot";
import { closest } from "./closest.ts";
import { type ConfigInput, findGiven, type Given, type Source, shownText } from "./given.ts";
import { quoted } from "./mask.ts";
import { collectMapping, findClash, type MetricMapping } from "./metric-names.ts";
import { completesOf, expectedOf, wordsOf } from "./schemas.ts";
import { SETTINGS, type Setting, type SettingValues, TABLE_SETTINGS } from "./settings.ts";
import { unknownVariableWarnings } from "./unknown-variables.ts";

/** Every setting's value: the keys of the table, and the metric names. Frozen. */
export type Config = SettingValues & MetricMapping;

/** A value as `config` prints it; `null` where a setting is not set. */
export type ShownValue = string | number | boolean | null;

/** Settings that hold, with where they came from. */
export type ResolvedConfig = {
  readonly kind: "ok";
  readonly config: Config;
  /** Source by setting key. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Value by setting key as it may be shown: secrets and credentials masked. */
  readonly shown: ReadonlyMap<string, ShownValue>;
  /** What the user should know, one line each, free of secrets. */
  readonly warnings: readonly string[];
};

/** Settings that hold, or the first one that does not, as one line free of secrets (exit code 2). */
export type ConfigResult = ResolvedConfig | { readonly kind: "invalid"; readonly message: string };

/**
 * Resolves every setting: flag over environment (or the file that `X_FILE` names) over default.
 *
 * @throws TypeError on a flag that no setting has or that has no value: the caller built it, so it is a bug.
 */
export function resolveConfig(input: ConfigInput): ConfigResult {
  refuseForeignFlags(input.flags);
  const settings = new Map<string, ResolvedSetting>();
  for (const setting of SETTINGS) {
    const resolved = resolveSetting(setting, findGiven(setting, input));
    if (resolved.kind === "invalid") return resolved;
    settings.set(setting.key, resolved);
  }

  const values = mapValues(settings, ({ value }) => value);
  const mapping = collectMapping(values);
  const clash = findClash(mapping);
  if (clash !== undefined) {
    const name = settings.get(clash.setting.key)?.name;
    const message = `${name} is ${quoted(clash.prometheusName)}, which feeds ${clash.other}, expected a name that no other metric reads`;
    return { kind: "invalid", message };
  }
  return {
    kind: "ok",
    config: buildConfig(values, mapping),
    sources: mapValues(settings, ({ source }) => source),
    shown: mapValues(settings, ({ shown }) => shown),
    warnings: [...[...settings.values()].flatMap(({ warnings }) => warnings), ...unknownVariableWarnings(input.env)],
  };
}

type ResolvedSetting = {
  readonly kind: "ok";
  /** The setting as the user gave it: flag, variable or `X_FILE`. */
  readonly name: string;
  readonly source: Source;
  readonly value: unknown;
  readonly shown: ShownValue;
  readonly warnings: readonly string[];
};

function resolveSetting(
  setting: Setting,
  given: Given,
): ResolvedSetting | { readonly kind: "invalid"; readonly message: string } {
  if (given.kind === "refused") return { kind: "invalid", message: given.message };
  if (given.kind === "unset") return byDefault(setting, given.warning === undefined ? [] : [given.warning]);
  const { name, source, text } = given;
  const parsed = v.safeParse(setting.schema, text);
  if (parsed.success) return accepted(setting, name, source, text, parsed.output);
  const alike = closest(text, wordsOf(completesOf(setting.schema)));
  const meant = alike === undefined ? "" : ` (did you mean ${alike}?)`;
  const message = `${name} is ${quoted(shownText(setting, text))}, expected ${expectedOf(setting.schema)}${meant}`;
  if (setting.fallsBack) return byDefault(setting, [`${message}; ${setting.default} is used`]);
  return { kind: "invalid", message };
}

function byDefault(setting: Setting, warnings: readonly string[]): ResolvedSetting {
  const { default: text, env } = setting;
  if (text === undefined) {
    return { kind: "ok", name: env, source: "default", value: undefined, shown: null, warnings };
  }
  return { ...accepted(setting, env, "default", text, v.parse(setting.schema, text)), warnings };
}

function accepted(setting: Setting, name: string, source: Source, text: string, value: unknown): ResolvedSetting {
  return { kind: "ok", name, source, value, shown: shownValue(setting, text, value), warnings: [] };
}

function shownValue(setting: Setting, text: string, value: unknown): ShownValue {
  if (setting.secret || setting.mask !== undefined) return shownText(setting, text);
  // A value may be understood as nothing, such as the root of a path, which is shown as it is written.
  if (value === "") return text;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : text;
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, convert: (value: From) => To): ReadonlyMap<string, To> {
  return new Map([...map].map(([key, value]) => [key, convert(value)]));
}

function buildConfig(values: ReadonlyMap<string, unknown>, mapping: MetricMapping): Config {
  const entries = TABLE_SETTINGS.map(({ key }) => [key, values.get(key)] as const);
  // The keys and types are those of the table, each value came out of its own schema: no type can follow that loop.
  return Object.freeze({ ...Object.fromEntries(entries), ...mapping }) as Config;
}

function refuseForeignFlags(flags: ConfigInput["flags"]): void {
  for (const key of flags.keys()) {
    if (!SETTINGS.some((setting) => setting.key === key)) throw new TypeError(`No setting has the key "${key}"`);
  }
}
