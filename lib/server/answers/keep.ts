import { dataVersion } from "../../store/read/state.ts";
import type { ApiDeps } from "../api.ts";

/**
 * Turns what makes a value into a function that makes it once and gives it again until the numbers behind it may have
 * changed: by a scrape of this process, a write of another one (SQLite's data version) or the next local midnight.
 */
export type Keep = <Value>(make: () => Value) => () => Value;

/** Says what answers depend on: a text that changes when one may have changed. */
export function versionOf({ live, now, zone }: Pick<ApiDeps, "live" | "now" | "zone">): () => string {
  return () => {
    const { db, revision } = live();
    return `${revision} ${dataVersion(db)} ${zone.dayAt(now()).start}`;
  };
}

/** A `Keep` whose values hold as long as a version stays the same. */
export function createKeep(currentVersion: () => string): Keep {
  return (make) => {
    let kept: { readonly version: string; readonly value: ReturnType<typeof make> } | undefined;
    return () => {
      const version = currentVersion();
      if (kept?.version !== version) kept = { version, value: make() };
      return kept.value;
    };
  };
}
