import { expect, test } from "bun:test";
import { cureForRights, cureText, type Refused } from "../../../lib/store/open/not-writable.ts";
import { temporaryPath } from "../../support/store.ts";

const VOLUME: Refused = {
  folder: "/app/data",
  existing: "/app/data",
  isReadOnlySystem: false,
  targets: ["/app/data", "/app/data/litellm_pulse.db"],
};
const OUTSIDE = { user: 998, group: 997, container: undefined };
const INSIDE = { user: 65532, group: 65532, container: "3f2a9c1b7d5e" };

test.each([
  [
    VOLUME,
    INSIDE,
    "user 65532 may not write /app/data: run docker run --rm --volumes-from 3f2a9c1b7d5e busybox chown 65532:65532 /app/data /app/data/litellm_pulse.db",
  ],
  [
    { ...VOLUME, targets: ["/app/data/litellm_pulse.db"] },
    OUTSIDE,
    "user 998 may not write /app/data/litellm_pulse.db: run as root chown 998:997 /app/data/litellm_pulse.db",
  ],
  [
    { ...VOLUME, folder: "/srv/it's/new", existing: "/srv", targets: ["/srv/it's/new"] },
    OUTSIDE,
    String.raw`user 998 may not write /srv: run as root mkdir -p '/srv/it'\''s/new' && chown 998:997 '/srv/it'\''s/new'`,
  ],
  [
    { ...VOLUME, isReadOnlySystem: true },
    INSIDE,
    "/app/data is read-only: mount a volume there, or set LITELLM_PULSE_DB_PATH to a place that it may write",
  ],
  [
    { ...VOLUME, folder: "/etc", existing: "/etc", targets: ["/etc"] },
    OUTSIDE,
    "user 998 may not write /etc: set LITELLM_PULSE_DB_PATH to a place that it may write",
  ],
])("what this user may not write has one line that cures it: %j", (refused, runner, line) => {
  expect(cureText(refused, runner)).toBe(line);
});

test("a place that may be written has nothing to cure", () => {
  expect(cureForRights(temporaryPath())).toBeUndefined();
});
