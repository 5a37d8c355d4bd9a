import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where Debian and its kin put it, and where a system may be told to look for it. */
const LIBRARIES = [
  process.env["LIBFAKETIME"] ?? "",
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
  "/usr/lib64/faketime/libfaketimeMT.so.1",
];

/** A clock that stands still until it is set, for the programs that are started with its variables. */
export type FakeClock = {
  readonly env: Readonly<Record<string, string>>;
  readonly now: number;
  set(at: number): void;
  /** Removes what the library leaves behind of a program that has ended. */
  tidy(pid: number): void;
};

/** The library that lies to programs about the time; undefined where it is not installed. */
export function findFaketime(): string | undefined {
  return LIBRARIES.find((path) => path !== "" && existsSync(path));
}

/** A clock in a file of a folder. Instants are UTC milliseconds; timers of the programs run on as they are. */
export function createFakeClock(library: string, folder: string, start: number): FakeClock {
  const path = join(folder, "clock");
  let now = start;
  const write = () => {
    writeFileSync(`${path}.new`, `${new Date(now).toISOString().replace("T", " ").replace("Z", "")}\n`);
    renameSync(`${path}.new`, path);
  };
  write();
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
      TZ: "UTC",
    },
    get now() {
      return now;
    },
    set(at) {
      now = at;
      write();
    },
    tidy(pid) {
      for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`])
        rmSync(`/dev/shm/${name}`, { force: true });
    },
  };
}
