import { accessSync, constants, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** How a process ended; `code` is null where a signal ended it. */
type Finished = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
};

/** A process of the compiled program. */
export type Running = {
  readonly pid: number;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  hasEnded(): boolean;
  kill(signal: NodeJS.Signals): void;
  readonly finished: Promise<Finished>;
};

/** A running `serve` that listens; `url` is without a slash at its end. */
export type Serving = Running & { readonly url: string };

export type RunOptions = {
  /** Settings without the prefix `LITELLM_PULSE_`; undefined takes one of the defaults away. */
  readonly set?: Readonly<Record<string, string | undefined>>;
  /** Other variables, as they are. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array | string;
  readonly cwd?: string;
  /** A command that runs the program with what it is given, such as one that gives up rights. */
  readonly through?: readonly string[];
};

/** A temporary folder with a database of its own. Ends every process that it started, and removes the folder. */
export type Sandbox = AsyncDisposable & {
  readonly folder: string;
  /** Where the database will be. */
  readonly dbPath: string;
  /** Runs a command to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Starts a command and comes back at once. */
  start(args: readonly string[], options?: RunOptions): Running;
  /** Starts `serve` on a free port of loopback and waits until it listens. */
  serve(options?: RunOptions): Promise<Serving>;
  /** Runs a line of bash, in which `$PULSE` is the program. */
  bash(script: string, options?: RunOptions): Promise<Finished>;
};

/** No command of these tests takes nearly as long, so that one that hangs is seen as what it is. */
const LONGEST_RUN_MS = 20_000;

/** The program under test. Throws where it was not built. */
export function binaryPath(): string {
  const path = process.env["LITELLM_PULSE_BINARY"] ?? new URL("../../dist/litellm-pulse", import.meta.url).pathname;
  const absolute = resolve(path);
  try {
    accessSync(absolute, constants.X_OK);
  } catch {
    throw new Error(`There is no program at ${absolute}: run \`make build\`, or set LITELLM_PULSE_BINARY`);
  }
  return absolute;
}

/** Opens a sandbox. */
export function openSandbox(): Sandbox {
  const binary = binaryPath();
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-e2e-"));
  const dbPath = join(folder, "pulse.db");
  const defaults = { DB_PATH: dbPath, LOG_LEVEL: "warning", TIMEZONE: noonZone(Date.now()) };
  const running = new Set<Running>();

  function spawn(
    command: readonly string[],
    { set = {}, env = {}, stdin, cwd = folder, through = [] }: RunOptions,
  ): Running {
    const settings = Object.entries({ ...defaults, ...set }).flatMap(([name, value]) =>
      value === undefined ? [] : [[`LITELLM_PULSE_${name}`, value] as const],
    );
    const child = watch([...through, ...command], {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...Object.fromEntries(settings), ...env },
      stdin,
    });
    running.add(child);
    return child;
  }

  async function finish(child: Running, what: string): Promise<Finished> {
    const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_RUN_MS);
    const finished = await child.finished;
    clearTimeout(timer);
    running.delete(child);
    if (finished.tookMs >= LONGEST_RUN_MS) throw new Error(`${what} hung: ${finished.stdout}${finished.stderr}`);
    return finished;
  }

  return {
    folder,
    dbPath,
    start: (args, options = {}) => spawn([binary, ...args], options),
    run: (args, options = {}) => finish(spawn([binary, ...args], options), args.join(" ")),
    bash: (script, options = {}) =>
      finish(spawn(["bash", "-c", script], { ...options, env: { ...options.env, PULSE: binary } }), script),
    async serve(options = {}) {
      const child = spawn([binary, "serve"], {
        ...options,
        set: { HOST: "127.0.0.1", PORT: "0", SCRAPE_INTERVAL: "0.1", LOG_LEVEL: "info", ...options.set },
      });
      const url = await until("serve listens", () => {
        if (child.hasEnded()) throw new Error(`serve ended before it listened: ${child.stderr()}`);
        return /Listening on (http:\/\/[^\s,"]+)/.exec(child.stderr())?.[1];
      });
      return { ...child, url };
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill("SIGKILL");
      await Promise.all([...running].map((child) => child.finished));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a process and collects what it writes. */
function watch(
  command: readonly string[],
  { stdin, ...options }: { cwd: string; env: Record<string, string>; stdin: Uint8Array | string | undefined },
): Running {
  const began = performance.now();
  const child = Bun.spawn([...command], {
    ...options,
    stdin: stdin === undefined ? "ignore" : new Blob([typeof stdin === "string" ? stdin : new Uint8Array(stdin)]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const written = { stdout: "", stderr: "" };
  const collect = async (name: "stdout" | "stderr") => {
    const decoder = new TextDecoder();
    for await (const chunk of child[name]) written[name] += decoder.decode(chunk, { stream: true });
  };
  const finished = Promise.all([child.exited, collect("stdout"), collect("stderr")]).then(() => ({
    code: child.exitCode,
    signal: child.signalCode === null ? null : String(child.signalCode),
    ...written,
    tookMs: performance.now() - began,
  }));
  return {
    pid: child.pid,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    kill: (signal) => child.kill(signal),
    finished,
  };
}

/** Asks again and again until there is an answer that is neither nothing nor false; throws after the deadline. */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  deadlineMs = 20_000,
): Promise<Exclude<T, undefined | null | false>> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await check();
    // TypeScript does not narrow a type parameter.
    if (found !== undefined && found !== null && found !== false) return found as Exclude<T, undefined | null | false>;
    if (Date.now() > end) throw new Error(`Waited ${deadlineMs / 1000} s in vain until ${what}`);
    await Bun.sleep(4);
  }
}

/** The bytes of a file; 0 where there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The time zone without daylight saving time in which it is about noon, so that no test runs over midnight. */
function noonZone(now: number): string {
  const hoursEast = 12 - new Date(now).getUTCHours();
  return hoursEast === 0 ? "UTC" : `Etc/GMT${hoursEast > 0 ? "-" : "+"}${Math.abs(hoursEast)}`;
}
