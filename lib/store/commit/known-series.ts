import { type SeriesIdentity, type SeriesState, secondsOf } from "../tables/series.ts";

/** The series of a process by their label sets: the few counters of a request share one, so no key is spelled out. */
export class KnownSeries {
  readonly all: SeriesState[] = [];
  readonly #byLabels = new Map<string, SeriesState[]>();

  add(state: SeriesState): void {
    this.all.push(state);
    const same = this.#byLabels.get(state.labels);
    if (same) same.push(state);
    else this.#byLabels.set(state.labels, [state]);
  }

  /** The state of one series. */
  find({ name, labels, origin }: SeriesIdentity): SeriesState | undefined {
    const seconds = secondsOf(origin);
    return this.#byLabels
      .get(labels)
      ?.find((state) => state.name === name && state.originKind === origin.kind && state.originSeconds === seconds);
  }

  /** Every series of a name and label set, whatever its origin. */
  ofCounter(name: number, labels: string): SeriesState[] {
    return (this.#byLabels.get(labels) ?? []).filter((state) => state.name === name);
  }
}
