import type { Io } from "../../lib/cli/io.ts";
import { run } from "../../lib/cli/main.ts";
import { NOON } from "../support/api.ts";

/** What a command left behind. */
export type Ran = { readonly code: number; readonly out: string; readonly err: string };

export type FakeOptions = {
  /** Settings without the prefix `LITELLM_PULSE_`. */
  readonly set?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array | ReadableStream<Uint8Array>;
  readonly now?: () => number;
  readonly terminalColumns?: number;
  readonly signal?: AbortSignal;
  /** Hears every text on stderr. */
  readonly onErr?: (text: string) => void;
  /** Throws as a broken pipe does. */
  readonly onOut?: (text: string) => void;
};

/** An outside that exists in memory only. */
export function fakeIo(
  argv: readonly string[],
  options: FakeOptions = {},
): Io & { readonly out_: string[]; readonly err_: string[] } {
  const { set = {}, env = {}, files = {}, terminalColumns } = options;
  const out_: string[] = [];
  const err_: string[] = [];
  return {
    argv,
    env: {
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`LITELLM_PULSE_${name}`, value])),
      ...env,
    },
    out_,
    err_,
    out(text) {
      options.onOut?.(text);
      out_.push(text);
    },
    err(text) {
      err_.push(text);
      options.onErr?.(text);
    },
    outIsTerminal: terminalColumns !== undefined,
    outSize: () => ({ columns: terminalColumns, rows: terminalColumns === undefined ? undefined : 24 }),
    onResize: () => () => undefined,
    onSuspend: () => () => undefined,
    stdin: () => (options.stdin instanceof ReadableStream ? options.stdin : new Blob([options.stdin ?? ""]).stream()),
    readFile(path) {
      const content = new Map(Object.entries(files)).get(path);
      if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
      return content;
    },
    now: options.now ?? (() => NOON),
    stopSignal: () => options.signal ?? new AbortController().signal,
  };
}

/** Runs the program in this process, on an outside in memory. */
export async function runCli(argv: readonly string[], options: FakeOptions = {}): Promise<Ran> {
  const io = fakeIo(argv, options);
  const code = await run(io);
  return { code, out: io.out_.join(""), err: io.err_.join("") };
}
