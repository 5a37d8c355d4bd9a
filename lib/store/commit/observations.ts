import type { Origin } from "../../aggregator/origin.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import type { NameReading, Reading } from "../../litellm/reading.ts";
import type { LabelSet } from "../../parser/label-set.ts";
import type { Mark } from "../tables/marks.ts";
import { labelsHash, type SeriesIdentity } from "../tables/series.ts";
import { forEachInSteps, type Steps } from "./steps.ts";

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
export function* observationsOf(
  counters: readonly (readonly [CounterName, NameReading])[],
  reading: Reading,
  markOf: (name: string) => Mark,
): Steps<Observation[]> {
  const hashOf = createLabelsHash();
  const names = new Set<string>();
  const observations: Observation[] = [];
  for (const [counter, { name, series }] of counters) {
    const mark = markOf(name);
    const isShared = names.has(name);
    names.add(name);
    yield* forEachInSteps(series, ({ labels, createdSeconds, value }) => {
      const origin = originOf(createdSeconds, reading.startSeconds);
      const identity = { name: mark.name, labels: hashOf(labels), origin };
      observations.push({ ...identity, counter, labelSet: labels, value, mark, isShared });
    });
  }
  return observations;
}

/** Hashes each label set once: the counters of a request share one object, which is found faster than its long text. */
function createLabelsHash(): (labels: LabelSet) => string {
  const hashes = new Map<LabelSet, string>();
  return (labels) => {
    const hash = hashes.get(labels) ?? labelsHash(labels.key);
    hashes.set(labels, hash);
    return hash;
  };
}

function originOf(createdSeconds: number | undefined, startSeconds: number | undefined): Origin {
  if (createdSeconds !== undefined) return { kind: "created", seconds: createdSeconds };
  return startSeconds === undefined ? { kind: "unknown" } : { kind: "process", seconds: startSeconds };
}
