import { type Config, type ConfigResult, type ResolvedConfig, resolveConfig } from "../../lib/config/resolve.ts";

/** What a test gives; everything that is left out is empty. */
export type Given = {
  readonly flags?: Record<string, string | boolean>;
  readonly env?: Record<string, string | undefined>;
  readonly files?: Record<string, string>;
};

/** Resolves against files in memory; a path that is not among them is missing as on a disk. */
export function resolve({ flags = {}, env = {}, files = {} }: Given): ConfigResult {
  const contents = new Map(Object.entries(files));
  return resolveConfig({
    flags: new Map(Object.entries(flags)),
    env,
    readFile(path) {
      const content = contents.get(path);
      if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
      return content;
    },
  });
}

/** The resolved settings; fails the test where they do not hold. */
export function resolved(given: Given): ResolvedConfig {
  const result = resolve(given);
  if (result.kind === "invalid") throw new Error(result.message);
  return result;
}

/** The config of settings that hold. */
export function configOf(given: Given): Config {
  return resolved(given).config;
}

/** The message of settings that do not hold. */
export function messageOf(given: Given): string {
  const result = resolve(given);
  if (result.kind === "ok") throw new Error("The settings hold");
  return result.message;
}
