import { isServiceAddress } from "./kubernetes.ts";
import { MASK, quoted } from "./mask.ts";
import { fileEnvName, negatedFlag } from "./names.ts";
import type { Setting } from "./settings.ts";

/** Where the value of a setting came from. */
export type Source = "flag" | "env" | "file" | "default";

/** What settings are read from; nothing else is looked at. */
export type ConfigInput = {
  /** Values by setting key, of the flags that were given; a switch has `true`, or `false` for its `--no-` twin. */
  readonly flags: ReadonlyMap<string, string | boolean>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads the file that an `X_FILE` names, as text; throws where it cannot. */
  readonly readFile: (path: string) => string;
};

/** The text of one setting, before it is checked. */
export type Given =
  | {
      readonly kind: "given";
      readonly name: string;
      readonly source: Exclude<Source, "default">;
      readonly text: string;
    }
  | { readonly kind: "unset"; readonly warning?: string }
  | { readonly kind: "refused"; readonly message: string };

const FILE_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EISDIR", "it is a directory"],
]);

/** Finds the text of a setting by precedence: flag, variable or the file it names, nothing. Blank is unset. */
export function findGiven(setting: Setting, input: ConfigInput): Given {
  const flag = fromFlag(setting, input.flags.get(setting.key));
  if (flag !== undefined) return flag;

  const text = trimmed(input.env[setting.env]);
  const file = setting.secret ? fileEnvName(setting.env) : undefined;
  const path = file === undefined ? undefined : trimmed(input.env[file]);
  if (file !== undefined && path !== undefined) {
    return text === undefined
      ? fromFile(file, path, input.readFile)
      : refused(`${setting.env} and ${file} are both set, expected one of them`);
  }
  if (text === undefined) return { kind: "unset" };
  if (isServiceAddress(setting.env, text)) {
    return {
      kind: "unset",
      warning: `${setting.env} is ${quoted(text)}, the address of a Kubernetes Service, and is ignored: ${setting.default} is used, set ${setting.env} in the pod to choose`,
    };
  }
  return { kind: "given", name: setting.env, source: "env", text };
}

/** The value of a setting as a message may show it. */
export function shownText(setting: Setting, text: string): string {
  if (setting.mask !== undefined) return setting.mask(text);
  return setting.secret ? MASK : text;
}

function fromFlag(setting: Setting, value: string | boolean | undefined): Given | undefined {
  if (typeof value === "boolean") {
    if (setting.argument !== undefined) throw new TypeError(`${setting.flag} takes a value, got ${value}`);
    const name = value ? setting.flag : negatedFlag(setting.flag);
    return { kind: "given", name, source: "flag", text: String(value) };
  }
  const text = trimmed(value);
  return text === undefined ? undefined : { kind: "given", name: setting.flag, source: "flag", text };
}

function fromFile(file: string, path: string, readFile: ConfigInput["readFile"]): Given {
  let content: string;
  try {
    content = readFile(path);
  } catch (error) {
    return refused(`${file} names ${quoted(path)}, which cannot be read (${fileProblem(error)})`);
  }
  const text = content.replace(/\r?\n$/, "");
  if (text.trim() === "")
    return refused(`${file} names ${quoted(path)}, which is empty, expected a file that holds the value`);
  return { kind: "given", name: file, source: "file", text: text.trim() };
}

function fileProblem(error: unknown): string {
  // Only the code is shown: the text of an error may quote what was read.
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  return FILE_PROBLEMS.get(code) ?? (/^E[A-Z]+$/.test(code) ? code : "unknown reason");
}

function refused(message: string): Given {
  return { kind: "refused", message };
}

function trimmed(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === "" ? undefined : text;
}
