import type { RequestEvent } from "./event.ts";
import { allFamilies, IN_FLIGHT } from "./families/all.ts";
import type { Family } from "./families/family.ts";
import { labelText, sanitizeLabelValue } from "./label-text.ts";
import { identityOf, type Label, labelValue } from "./labels.ts";
import { type BucketCount, DEFAULT_BOUNDS, latencyBounds } from "./latency.ts";
import { renderPython } from "./python-page.ts";
import { hash32 } from "./random.ts";
import { familyLines } from "./render.ts";
import { createHistogram, createSingle, measure, type PageFormat, type Series, type SeriesHead } from "./series.ts";

/** What kind of LiteLLM a page looks like. */
export type PageOptions = {
  /** `false` as with `PROMETHEUS_DISABLE_CREATED_SERIES`; `true` by default. */
  readonly created?: boolean;
  /** As with `PROMETHEUS_MULTIPROC_DIR`: sums of all workers, no `_created`, gauges per `pid`; `false` by default. */
  readonly multiprocess?: boolean;
  /** `le` lines of each latency histogram, 0 for pages without histograms; 18 by default. */
  readonly buckets?: BucketCount;
  /** `newest` adds what releases after 1.82 put on every series (`api_provider`, `org_id`, ...); `1.82` by default. */
  readonly labels?: "1.82" | "newest";
  /** Whether the families that 1.82 does not have are there (provider-cached and reasoning tokens). */
  readonly details?: boolean;
};

/** Options of one process; times are UTC milliseconds. */
export type ProcessOptions = PageOptions & {
  readonly startedAt: number;
  /** Spreads the moments at which series are created over a millisecond. */
  readonly seed?: number;
  /** Its place among the workers, 0 by default: no two of the first 16 ever create a series at the same moment. */
  readonly worker?: number;
  /** The workers that are there from the start, for the multiprocess mode's gauges; only worker 1 by default. */
  readonly pids?: readonly number[];
};

/** Which series to drop, by the family's name (without `_total`) and the labels as LiteLLM set them. */
export type SeriesPredicate = (family: string, labels: ReadonlyMap<string, string>) => boolean;

/** The counters of one LiteLLM process, or of the shared folder of several in the multiprocess mode. */
export type LiteLLMProcess = {
  readonly startedAt: number;
  /** Counts one request; `pid` is the worker that had it, for the multiprocess mode's gauges. */
  count(event: RequestEvent, pid?: number): void;
  /** Forgets series; the next request brings each back, counting from zero. Returns how many went. */
  drop(predicate: SeriesPredicate): number;
  /** The whole page at a moment. */
  /** With `wants` only the families that have a sample of such a name. */
  render(format: PageFormat, at: number, wants?: (name: string) => boolean): string;
};

type Slot = {
  readonly family: Family;
  readonly labels: readonly Label[];
  readonly bounds: readonly number[];
  readonly series: Map<string, Series>;
};

/** Of the moments within a millisecond that a float of seconds can tell apart in this century. */
const TICKS_PER_MS = 4096;
const WORKERS = 16;

/** A process that has just started and has counted nothing yet. */
export function createProcess(options: ProcessOptions): LiteLLMProcess {
  const {
    startedAt,
    created = true,
    multiprocess = false,
    buckets = 18,
    details = false,
    seed = 0,
    worker: place = 0,
  } = options;
  const newest = options.labels === "newest";
  const slots = allFamilies({ newer: details, multiprocess }).map((family) => createSlot(family, newest, buckets));
  // From the identity of a request to the series it moves, so that most requests need no label at all.
  const bundles = new Map<string, (Series | undefined)[]>();
  const recent: number[] = [];
  const pids = new Set(multiprocess ? (options.pids ?? [1]) : [0]);
  for (const pid of pids) startGauges(slots, pid);

  function find(slot: Slot, index: number, event: RequestEvent, pid: number): Series {
    const ownPid = slot.family.kind === "gauge" ? pid : 0;
    const labels = labelsOf(slot, event, ownPid);
    const key = labelText(labels);
    const known = slot.series.get(key);
    if (known !== undefined) return known;
    const createdAt = createdSeconds(Math.max(event.at, startedAt), place, hash32(seed, startedAt, index));
    const fresh = createSeries(slot, { family: slot.family.name, labels, createdAt, pid: ownPid });
    slot.series.set(key, fresh);
    return fresh;
  }

  return {
    startedAt,
    count(event, pid = 1) {
      const worker = multiprocess ? pid : 0;
      if (!pids.has(worker)) startGauges(slots, worker);
      pids.add(worker);
      recent.push(event.at);
      if (recent.length > 64) recent.shift();
      const identity = `${worker} ${identityOf(event)}`;
      const bundle = bundles.get(identity) ?? [];
      if (bundle.length === 0) bundles.set(identity, bundle);
      for (const [index, slot] of slots.entries()) {
        const amount = slot.family.measure?.(event);
        if (amount === undefined || (buckets === 0 && slot.family.kind === "histogram")) continue;
        const series = bundle[index] ?? find(slot, index, event, worker);
        bundle[index] = series;
        measure(series, amount);
      }
    },
    drop(predicate) {
      bundles.clear();
      let dropped = 0;
      for (const { family, series } of slots) {
        for (const [key, each] of series) {
          if (family.initial !== undefined || !predicate(family.name, each.labels)) continue;
          series.delete(key);
          dropped += 1;
        }
      }
      return dropped;
    },
    render(format, at, wants = () => true) {
      const inFlight = 1 + recent.filter((each) => each > at - 2000 && each <= at).length;
      const lines = multiprocess ? [] : [renderPython(format, startedAt, at)];
      const rendering = { format, multiprocess, created: created && !multiprocess };
      for (const { family, series } of slots) {
        if (!wants(family.name) && !wants(`${family.name}_total`)) continue;
        if (family.name === IN_FLIGHT) for (const each of series.values()) measure(each, inFlight);
        for (const line of familyLines(family, series.values(), rendering)) lines.push(line);
      }
      if (format === "openmetrics") lines.push("# EOF\n");
      return lines.join("");
    },
  };
}

function createSlot(family: Family, newest: boolean, buckets: BucketCount): Slot {
  const labels = newest ? [...family.labels, ...family.newerLabels] : [...family.labels];
  const bounds = family.bounds === "latency" ? latencyBounds(buckets) : DEFAULT_BOUNDS;
  return { family, labels: labels.sort(), bounds, series: new Map() };
}

/** The gauges without labels are there from the start: once, or once per worker but for the one that is summed. */
function startGauges(slots: readonly Slot[], worker: number): void {
  for (const { family, series } of slots) {
    if (family.initial === undefined) continue;
    const pid = family.name === IN_FLIGHT ? 0 : worker;
    const labels = new Map(pid === 0 ? [] : [["pid", String(pid)] as const]);
    const head = { family: family.name, labels, createdAt: 0, pid };
    series.set(labelText(labels), createSingle("gauge", head, family.initial));
  }
}

function labelsOf(slot: Slot, event: RequestEvent, pid: number): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const label of slot.labels) {
    if (pid !== 0 && label > "pid" && !labels.has("pid")) labels.set("pid", String(pid));
    const override = slot.family.overrides[label];
    labels.set(label, sanitizeLabelValue(override === undefined ? labelValue(label, event) : override(event)));
  }
  if (pid !== 0 && !labels.has("pid")) labels.set("pid", String(pid));
  return labels;
}

function createSeries({ family, bounds }: Slot, head: SeriesHead): Series {
  return family.kind === "histogram" ? createHistogram(bounds, head) : createSingle(family.kind, head, 0);
}

/** Seconds as fine as Python's clock, up to a millisecond after `at`: each worker has every sixteenth tick. */
function createdSeconds(at: number, worker: number, noise: number): number {
  const tick = (noise % (TICKS_PER_MS / WORKERS)) * WORKERS + (worker % WORKERS);
  return (at * TICKS_PER_MS + tick) / (TICKS_PER_MS * 1000);
}
