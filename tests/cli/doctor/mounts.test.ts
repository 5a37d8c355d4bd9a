import { describe, expect, test } from "bun:test";
import { checkDisk } from "../../../lib/cli/doctor/checks/disk.ts";
import { checkFileSystem } from "../../../lib/cli/doctor/checks/file-system.ts";
import type { DatabaseFacts, Facts } from "../../../lib/cli/doctor/facts.ts";
import { isNetworkType, mountOf, parseMounts } from "../../../lib/cli/doctor/mounts.ts";

/** As a machine with a NAS, a share with a blank in its name and a container's root has it. */
const MOUNTS = parseMounts(`overlay / overlay rw,relatime,lowerdir=/a:/b 0 0
proc /proc proc rw 0 0
tmpfs /dev/shm tmpfs rw 0 0
/dev/sda1 /data ext4 rw 0 0
nas:/volume1/pulse /data/nas nfs4 rw,vers=4.2 0 0
//nas/my\\040share /mnt/my\\040share cifs rw 0 0
me@host:/ /home/me/remote fuse.sshfs rw 0 0
/dev/sdb1 /data/nas/local xfs rw 0 0
`);

/** The facts of a database at a path, with what the checks of this file look at. */
function at(path: string, freeBytes = 1e12): Facts {
  const folder = { path: "/", isFolder: true, isWritable: true, isFileWritable: true, freeBytes };
  const database: Partial<DatabaseFacts> = { path, folder, mount: mountOf(path, MOUNTS) };
  return { database } as Facts; // The checks look at nothing else.
}

describe("the mount of a path", () => {
  test.each([
    ["/data/pulse.db", "ext4"],
    ["/data/nas/pulse.db", "nfs4"],
    ["/data/nasty/pulse.db", "ext4"],
    ["/data/nas/local/pulse.db", "xfs"],
    ["/mnt/my share/pulse.db", "cifs"],
    ["/home/me/remote/pulse.db", "fuse.sshfs"],
    ["/srv/pulse.db", "overlay"],
  ])("%s is %s", (path, type) => expect(mountOf(path, MOUNTS)?.type).toBe(type));

  test("is the later one where two hang at the same place", () => {
    const mounts = parseMounts("/dev/sda1 /data ext4 rw 0 0\nnas:/x /data nfs rw 0 0\n");
    expect(mountOf("/data/x", mounts)?.type).toBe("nfs");
  });

  test("is not known where the system has no such list", () => {
    expect(parseMounts("")).toEqual([]);
    expect(mountOf("/data", [])).toBeUndefined();
    expect(checkFileSystem({ database: { mount: undefined } } as Facts)).toEqual([]);
  });
});

test.each(["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.rclone", "ceph", "glusterfs"])(
  "%s is a network file system",
  (type) => expect(isNetworkType(type)).toBe(true),
);

test.each(["ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "apfs", "fuseblk", "f2fs"])("%s is none", (type) =>
  expect(isNetworkType(type)).toBe(false),
);

test.each([
  ["/data/nas/p.db", /^problem: \/data\/nas\/p.db lies on a network file system \(nfs4 at \/data\/nas\)/],
  ["/dev/shm/p.db", /^note: .*lies in memory \(tmpfs at \/dev\/shm\)/],
  ["/srv/p.db", /^note: .*lies in the container itself and is gone with it/],
  ["/data/p.db", /^ok: The database lies on a local file system \(ext4 at \/data\)$/],
])("the file system of %s", (path, expected) => {
  expect(checkFileSystem(at(path)).map(({ level, message }) => `${level}: ${message}`)).toEqual([
    expect.stringMatching(expected),
  ]);
});

test.each([
  [1e12, "ok"],
  [100e6, "ok"],
  [99e6, "note"],
  [10e6, "note"],
  [9e6, "problem"],
  [0, "problem"],
] as const)("%d free bytes are %s", (bytes, level) => {
  expect(checkDisk(at("/data/p.db", bytes)).map((finding) => finding.level)).toEqual([level]);
});
