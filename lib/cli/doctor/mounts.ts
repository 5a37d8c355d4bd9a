/** One mounted file system: its type as the kernel names it, and where it hangs in the tree. */
export type Mount = { readonly type: string; readonly at: string };

/** Types that live on another machine, where SQLite's locks and shared memory do not hold. */
const NETWORK =
  /^(nfs\d?|cifs|smb\d?|smbfs|smb2|9p|afs|ncpfs|ceph|glusterfs|lustre|gfs2?|ocfs2|davfs2?|virtiofs|fuse\.(sshfs|rclone|glusterfs|ceph(-fuse)?|s3fs|davfs2?|smbnetfs|cifs|juicefs|mergerfs-nfs))$/;

/** Whether SQLite's write-ahead log cannot be trusted on a file system of the type. */
export function isNetworkType(type: string): boolean {
  return NETWORK.test(type);
}

/** Reads `/proc/mounts` (fstab's format: device, place, type; blanks in octal), in the kernel's order. */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [, at, type] = line.split(" ");
    return at === undefined || type === undefined ? [] : [{ at: unescaped(at), type }];
  });
}

/** The file system that an absolute path lies on: the longest place above it, of two at one place the later. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const isAbove = mount.at === "/" || path === mount.at || path.startsWith(`${mount.at}/`);
    if (isAbove && mount.at.length >= (best?.at.length ?? 0)) best = mount;
  }
  return best;
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
