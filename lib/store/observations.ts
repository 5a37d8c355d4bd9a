import type { Origin } from "../aggregator/origin.ts";
import type { CounterName } from "../litellm/metrics.ts";
import type { NameReading, Reading } from "../litellm/reading.ts";
import type { LabelSet } from "../parser/label-set.ts";
import type { Mark } from "./names.ts";
import { labelsHash, type SeriesIdentity } from "./series.ts";

/** One counter on the page, with the identity that its state is kept under. */
export type Observation = SeriesIdentity & {
  readonly counter: CounterName;
  readonly labelSet: LabelSet;
  readonly value: number;
  readonly mark: Mark;
  /** The name is mapped to another counter too, which keeps the state that both share. */
  readonly isShared: boolean;
};

/** Gives each series of the chosen counters its identity. */
export function observationsOf(
  counters: readonly (readonly [CounterName, NameReading])[],
  reading: Reading,
  markOf: (name: string) => Mark,
): Observation[] {
  // The counters of a request share one object, which is found faster than its long text.
  const hashes = new Map<LabelSet, string>();
  const hashOf = (labels: LabelSet): string => {
    const known = hashes.get(labels);
    if (known !== undefined) return known;
    const hash = labelsHash(labels.key);
    hashes.set(labels, hash);
    return hash;
  };
  const names = new Set<string>();
  return counters.flatMap(([counter, { name, series }]) => {
    const mark = markOf(name);
    const isShared = names.has(name);
    names.add(name);
    return series.map(({ labels, createdSeconds, value }) => ({
      counter,
      name: mark.name,
      labels: hashOf(labels),
      origin: originOf(createdSeconds, reading.startSeconds),
      labelSet: labels,
      value,
      mark,
      isShared,
    }));
  });
}

/** The oldest `_created` of the page in seconds, undefined where it has none. */
export function oldestCreated(observations: readonly Observation[]): number | undefined {
  let oldest: number | undefined;
  for (const { origin } of observations) {
    if (origin.kind === "created" && (oldest === undefined || origin.seconds < oldest)) oldest = origin.seconds;
  }
  return oldest;
}

function originOf(createdSeconds: number | undefined, startSeconds: number | undefined): Origin {
  if (createdSeconds !== undefined) return { kind: "created", seconds: createdSeconds };
  return startSeconds === undefined ? { kind: "unknown" } : { kind: "process", seconds: startSeconds };
}
