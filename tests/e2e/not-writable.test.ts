import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binaryPath, openSandbox, type Sandbox } from "../support/binary.ts";
import { closedPort } from "../support/raw-server.ts";

setDefaultTimeout(60_000);

/** Another user, as which root runs the program; whoever is not root is one already. */
const OTHER = process.getuid?.() === 0 ? { user: 65534, group: 65534 } : undefined;
const USER = OTHER?.user ?? process.getuid?.();
const GROUP = OTHER?.group ?? process.getgid?.();
const AS = OTHER === undefined ? "" : `setpriv --reuid=${USER} --regid=${GROUP} --clear-groups `;

/** A folder that the user may not write, and the program at a place that the user can reach. */
function lockedFolder(sandbox: Sandbox): { program: string; folder: string } {
  const program = join(sandbox.folder, "litellm-pulse");
  const folder = join(sandbox.folder, "its data");
  copyFileSync(binaryPath(), program);
  chmodSync(program, 0o755);
  chmodSync(sandbox.folder, 0o755);
  mkdirSync(folder);
  return { program, folder };
}

describe("a volume that the user may not write", () => {
  test("is one line with the command that cures it, from scrape-once", async () => {
    await using sandbox = openSandbox();
    const { program, folder } = lockedFolder(sandbox);
    writeFileSync(join(folder, "pulse.db"), "");
    chmodSync(join(folder, "pulse.db"), 0o444);
    chmodSync(folder, 0o555);
    const set = { METRICS_URL: `http://127.0.0.1:${closedPort()}/`, DB_PATH: join(folder, "pulse.db") };
    const { code, stderr } = await sandbox.bash(`${AS}${program} scrape-once`, { set });
    expect(code).toBe(6);
    expect(stderr).toContain(`user ${USER} may not write ${folder}: run `);
    expect(stderr).toContain(`chown ${USER}:${GROUP} '${folder}' '${folder}/pulse.db'\n`);
    chmodSync(folder, 0o755);
  });

  test("that lies above a folder which has yet to be made is one, too", async () => {
    await using sandbox = openSandbox();
    const { program, folder } = lockedFolder(sandbox);
    chmodSync(folder, 0o555);
    const set = { METRICS_URL: `http://127.0.0.1:${closedPort()}/`, DB_PATH: join(folder, "new", "pulse.db") };
    const { code, stderr } = await sandbox.bash(`${AS}${program} scrape-once`, { set });
    expect(code).toBe(6);
    expect(stderr).toContain(`user ${USER} may not write ${folder}: run `);
    // Inside a container the command stands in quotes.
    expect(stderr.replaceAll("'\\''", "'")).toContain(
      `mkdir -p '${folder}/new' && chown ${USER}:${GROUP} '${folder}/new'`,
    );
    chmodSync(folder, 0o755);
  });
});
