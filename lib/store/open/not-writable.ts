import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { errorCode } from "./error-code.ts";

/** Folders that belong to the system: nobody is told to make them another user's. */
const SYSTEM = /^\/(bin|boot|dev|etc|home|lib\d*|opt|proc|root|run|sbin|srv|sys|tmp|usr|var(\/(lib|log|tmp))?)?$/;
/** What Docker names a container by, inside of it too. */
const CONTAINER_ID = /^[0-9a-f]{12}$/;
const ELSEWHERE = "set LITELLM_PULSE_DB_PATH to a place that it may write";

/** Who runs the program, and where; undefined where the platform knows no user numbers. */
type Runner = {
  readonly user: number;
  readonly group: number;
  /** The name of the container; undefined outside of one. */
  readonly container: string | undefined;
};

function currentRunner(): Runner | undefined {
  const [user, group] = [process.getuid?.(), process.getgid?.()];
  if (user === undefined || group === undefined) return undefined;
  const isNamedByDocker = existsSync("/.dockerenv") && CONTAINER_ID.test(hostname());
  return { user, group, container: isNamedByDocker ? hostname() : undefined };
}

/** What this user may not write of a database: its folder, or files in it. */
export type Refused = {
  /** The folder of the database, and the nearest one above it that exists, which may be the same. */
  readonly folder: string;
  readonly existing: string;
  readonly isReadOnlySystem: boolean;
  /** What has to become the user's. */
  readonly targets: readonly string[];
};

/**
 * What is wrong and what to type where a database or its folder is another user's or stands on a read-only file system;
 * else undefined. `path` is absolute.
 */
export function cureForRights(path: string): string | undefined {
  const runner = currentRunner();
  const refused = runner && refusedOf(path, runner.user);
  return refused && cureText(refused, runner);
}

/** What is wrong and what to type: a `chown` of exactly what this user may not write. */
export function cureText({ folder, existing, isReadOnlySystem, targets }: Refused, runner: Runner): string {
  if (isReadOnlySystem) return `${existing} is read-only: mount a volume there, or ${ELSEWHERE}`;
  const { user, group, container } = runner;
  const wrong = `user ${user} may not write ${existing === folder ? (targets[0] ?? folder) : existing}`;
  if (SYSTEM.test(folder)) return `${wrong}: ${ELSEWHERE}`;
  const make = existing === folder ? "" : `mkdir -p ${shellWord(folder)} && `;
  const command = `${make}chown ${user}:${group} ${targets.map(shellWord).join(" ")}`;
  if (container === undefined) return `${wrong}: run as root ${command}`;
  // The image has no shell and no chown of its own, and its user could not use them.
  const inside = make === "" ? command : `sh -c ${shellWord(command)}`;
  return `${wrong}: run docker run --rm --volumes-from ${container} busybox ${inside}`;
}

function refusedOf(path: string, user: number): Refused | undefined {
  const folder = dirname(path);
  const existing = nearestExisting(folder);
  const refusal = refusalOf(existing, constants.W_OK | constants.X_OK);
  const files = existing === folder ? filesOf(path).filter((file) => refusalOf(file, constants.W_OK)) : [];
  const targets = [...(refusal === undefined ? [] : [folder]), ...files];
  const isReadOnlySystem = refusal === "EROFS";
  // To the owner the modes are what is wrong, and no chown changes them.
  const isOthers = (refusal !== undefined && !isOwn(existing, user)) || files.some((file) => !isOwn(file, user));
  return isReadOnlySystem || isOthers ? { folder, existing, isReadOnlySystem, targets } : undefined;
}

/** The database and what lies beside it under its name, as far as it exists. */
function filesOf(path: string): string[] {
  const folder = dirname(path);
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(basename(path)))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return []; // A folder that cannot be listed is the folder's own trouble.
  }
}

function nearestExisting(folder: string): string {
  const above = dirname(folder);
  return existsSync(folder) || above === folder ? folder : nearestExisting(above);
}

function isOwn(path: string, user: number): boolean {
  return statSync(path, { throwIfNoEntry: false })?.uid === user;
}

/** The code with which access is refused; undefined where it is granted. */
function refusalOf(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return errorCode(error) || "EACCES";
  }
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
