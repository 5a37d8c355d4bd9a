import { closest } from "./closest.ts";
import { isServiceVariable } from "./kubernetes.ts";
import { harmless } from "./mask.ts";
import { ENV_PREFIX, fileEnvName } from "./names.ts";
import { SETTINGS } from "./settings.ts";

const LONGEST_NAME = 64;

/**
 * One warning for each variable with our prefix that no setting knows: mostly typing errors, which would otherwise
 * silently leave a default in force. Empty ones and those that Kubernetes sets for a Service are passed over.
 */
export function unknownVariableWarnings(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const foreign = Object.keys(env).filter((name) => name.startsWith(ENV_PREFIX));
  if (foreign.length === 0) return [];
  const known = SETTINGS.flatMap((setting) =>
    setting.secret ? [setting.env, fileEnvName(setting.env)] : [setting.env],
  );
  return foreign
    .filter((name) => !known.includes(name) && !isBlank(env[name]) && !isServiceVariable(name, env[name] ?? ""))
    .sort()
    .map((name) => warning(name, known));
}

function warning(name: string, known: readonly string[]): string {
  const suffix = name.slice(ENV_PREFIX.length, ENV_PREFIX.length + LONGEST_NAME);
  const suggestion = closest(
    suffix,
    known.map((env) => env.slice(ENV_PREFIX.length)),
  );
  const next =
    suggestion === undefined ? "litellm-pulse config lists all settings" : `did you mean ${ENV_PREFIX}${suggestion}?`;
  return `${ENV_PREFIX}${harmless(suffix)} is not a setting and is ignored: ${next}`;
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === "";
}
