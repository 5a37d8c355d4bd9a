import type { Database } from "bun:sqlite";
import type { NameReading, Reading } from "../../litellm/reading.ts";
import { labelsHash, targetOfSeries } from "../tables/series.ts";
import { insertTarget, pointUrlAt, type Target, targetById, targetByUrl, targetKey } from "../tables/targets.ts";

/** How many series of a page are looked up to find out whose page it is. */
const PROBES = 50;

/**
 * The target that a page belongs to (accounting rule 1): the one whose `_created` series are on it, whatever its
 * URL was, else the one of the URL, else a new one. `movedHere` says that the URL was pointed at a target known under
 * another one.
 */
export function locateTarget(
  db: Database,
  url: string,
  reading: Reading,
  at: number,
  markAt: number,
): { target: Target; movedHere: boolean } {
  const key = targetKey(url);
  const own = targetByUrl(db, key);
  const owner = ownerOf(db, reading, own?.id);
  if (owner !== undefined && owner !== own?.id) {
    pointUrlAt(db, key, owner);
    return { target: targetById(db, owner), movedHere: true };
  }
  if (own) return { target: own, movedHere: false };
  const target = insertTarget(db, key, at, markAt);
  pointUrlAt(db, key, target.id);
  return { target, movedHere: false };
}

function ownerOf(db: Database, reading: Reading, own: number | undefined): number | undefined {
  let other: number | undefined;
  for (const { name, labels, seconds } of createdProbes(reading)) {
    const owner = targetOfSeries(db, { name, labels, origin: { kind: "created", seconds } });
    if (owner === own && owner !== undefined) return own;
    other ??= owner;
  }
  return other;

  function* createdProbes({ metrics }: Reading) {
    const readings = [...metrics.values()].flat();
    const perName = Math.ceil(PROBES / Math.max(1, readings.length));
    for (const reading of readings) yield* probesOf(reading, perName);
  }

  function* probesOf(reading: NameReading, limit: number) {
    const name = db.query<{ id: number }, [string]>("SELECT id FROM name WHERE name = ?").get(reading.name)?.id;
    if (name === undefined) return;
    for (const { labels, createdSeconds } of reading.series.slice(0, limit)) {
      if (createdSeconds !== undefined) yield { name, labels: labelsHash(labels.key), seconds: createdSeconds };
    }
  }
}
