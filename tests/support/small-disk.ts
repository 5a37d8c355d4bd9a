import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WITH_MODES } from "./rights.ts";

/** No file may grow beyond what a reader needs beside a database; a write that would is an error, not the end. */
const LIMITED = ["bash", "-c", 'trap "" XFSZ; ulimit -S -f 40; exec "$@"', "limited"];

/** A disk with little room, which a test fills and clears while programs run on it. */
export type SmallDisk = Disposable & {
  readonly folder: string;
  /** Whether it is a file system of its own. */
  readonly isReal: boolean;
  /** What programs have to be started through, as long as nothing changes. */
  readonly through: readonly string[];
  /** Leaves no room for another byte, or for another file; running programs are told by their ids. */
  fill(what: "bytes" | "files", running?: readonly number[]): void;
  clear(running?: readonly number[]): void;
};

/**
 * A tmpfs where this user may mount one. Elsewhere an ordinary folder with the nearest that everybody can do: files that
 * may not grow, a folder that takes no further file.
 */
export function openSmallDisk(megabytes = 2): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-disk-"));
  const isMounted = succeeds(["mount", "-t", "tmpfs", "-o", `size=${megabytes}m,nr_inodes=100`, "none", folder]);
  const disk = isMounted ? mounted(folder) : pretended(folder);
  return {
    ...disk,
    get through() {
      return disk.through;
    },
    [Symbol.dispose]() {
      if (isMounted) Bun.spawnSync(["umount", "--lazy", folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mounted(folder: string): Omit<SmallDisk, typeof Symbol.dispose> {
  return {
    folder,
    isReal: true,
    through: [],
    fill(what) {
      for (let file = 0, bytes = 1 << 20; ; file += 1) {
        try {
          writeFileSync(join(folder, `filler-${file}`), what === "bytes" ? new Uint8Array(bytes) : "");
        } catch {
          // What a write leaves of itself fills the disk as well; a smaller one may fit behind it.
          if (what === "files" || bytes === 1) return;
          bytes >>= 1;
        }
      }
    },
    clear() {
      for (const name of readdirSync(folder)) if (name.startsWith("filler-")) rmSync(join(folder, name));
    },
  };
}

function pretended(folder: string): Omit<SmallDisk, typeof Symbol.dispose> {
  let through: readonly string[] = [];
  const limit = (running: readonly number[], size: string) => {
    for (const pid of running) Bun.spawnSync(["prlimit", "--pid", String(pid), `--fsize=${size}:unlimited`]);
  };
  return {
    folder,
    isReal: false,
    get through() {
      return through;
    },
    fill(what, running = []) {
      through = what === "bytes" ? LIMITED : WITH_MODES;
      if (what === "bytes") limit(running, "40960");
      else chmodSync(folder, 0o555);
    },
    clear(running = []) {
      through = [];
      limit(running, "unlimited");
      chmodSync(folder, 0o755);
    },
  };
}

function succeeds(command: string[]): boolean {
  try {
    return Bun.spawnSync(command).success;
  } catch {
    return false;
  }
}
