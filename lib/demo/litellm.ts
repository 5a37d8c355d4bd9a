import type { RequestEvent } from "./event.ts";
import { homelabPopulation } from "./homelab.ts";
import type { Population } from "./population.ts";
import { createProcess, type LiteLLMProcess, type PageOptions, type SeriesPredicate } from "./process.ts";
import { hash32 } from "./random.ts";
import type { PageFormat } from "./series.ts";
import { requestsBetween } from "./traffic.ts";
import { addToTruth, emptyTruth, type Truth } from "./truth.ts";

/** Options of the simulated LiteLLM; times are UTC milliseconds. */
export type SimulationOptions = PageOptions & {
  /** Equal seeds give equal traffic, spread over the workers in the same way. */
  readonly seed: number;
  readonly now: () => number;
  /** Processes that share the requests; 1 by default. */
  readonly workers?: number;
  /** Who sends requests; a homelab by default. */
  readonly population?: Population;
  /** When LiteLLM began; `now()` by default. */
  readonly startedAt?: number;
  /** How much later each worker began than the one before; 10 by default, 0 for the same start to the digit. */
  readonly workerSpreadMs?: number;
  /** `false` leaves the event log empty, for runs that must not grow; `true` by default. */
  readonly keepEvents?: boolean;
};

/** A LiteLLM that knows the truth about itself. */
export type SimulatedLiteLLM = {
  readonly population: Population;
  /** Every request that was counted, in the order of counting; restarts do not touch it. */
  readonly events: readonly RequestEvent[];
  /** Sums over all of `events` since the very start, restarts included; a copy. */
  readonly truth: Truth;
  /** How far traffic has happened. */
  readonly trafficUntil: number;
  /** Lets the population's traffic happen up to a moment (exclusive) and returns how many requests that were. */
  advance(toMs: number): number;
  /** One request, to a worker of choice or to any. */
  send(event: RequestEvent, worker?: number): void;
  /** All workers end and begin anew: at `now()`, or at a moment. Requests before it find no LiteLLM. */
  restart(at?: number): void;
  /** One worker ends and begins anew; in the multiprocess mode its counters stay and it gets another pid. */
  restartWorker(worker: number, at?: number): void;
  /** Forgets series in every worker (or one), as LiteLLM does with idle end users; returns how many. */
  dropSeries(predicate: SeriesPredicate, worker?: number): number;
  /**
   * The page that a worker answers: the first one's, in the text format, at `now()`, unless said otherwise; with `wants`
   * only the families that have a sample of such a name.
   */
  page(choice?: { worker?: number; format?: PageFormat; at?: number; wants?: (name: string) => boolean }): string;
};

type Worker = { process: LiteLLMProcess; pid: number; startedAt: number };

/** Starts a simulated LiteLLM that has counted nothing yet. Throws on a worker that is not there. */
export function createSimulatedLiteLLM(options: SimulationOptions): SimulatedLiteLLM {
  const { seed, now, workers: workerCount = 1, workerSpreadMs = 10, keepEvents = true } = options;
  const population = options.population ?? homelabPopulation();
  const events: RequestEvent[] = [];
  const truth = emptyTruth();
  let trafficUntil = options.startedAt ?? now();
  let generation = 0;
  let counted = 0;
  let workers = startAll(trafficUntil);

  function startAll(at: number): Worker[] {
    const pids = Array.from({ length: workerCount }, () => ++generation + 20);
    const shared = options.multiprocess ? createProcess({ ...options, startedAt: at, seed, pids }) : undefined;
    return pids.map((pid, index) => {
      const startedAt = at + index * workerSpreadMs;
      const own = () => createProcess({ ...options, startedAt, worker: index, seed: hash32(seed, pid) });
      return { pid, startedAt, process: shared ?? own() };
    });
  }

  function workerAt(index: number): Worker {
    const worker = workers[index];
    if (worker === undefined) throw new RangeError(`No such worker: ${index}, there are ${workers.length}`);
    return worker;
  }

  function count(event: RequestEvent, worker: Worker): void {
    worker.process.count(event, worker.pid);
    addToTruth(truth, event);
    if (keepEvents) events.push(event);
    counted += 1;
  }

  /** The worker that gets the next request; `undefined` if none is up at that moment. */
  function anyWorker(at: number): Worker | undefined {
    const up = workers.filter((worker) => worker.startedAt <= at);
    return up[hash32(seed, counted) % up.length];
  }

  return {
    population,
    events,
    get truth() {
      return structuredClone(truth);
    },
    get trafficUntil() {
      return trafficUntil;
    },
    advance(toMs) {
      const before = counted;
      if (toMs <= trafficUntil) return 0;
      for (const event of requestsBetween(population, seed, trafficUntil, toMs)) {
        const worker = anyWorker(event.at);
        if (worker !== undefined) count(event, worker);
      }
      trafficUntil = toMs;
      return counted - before;
    },
    send(event, worker) {
      count(event, worker === undefined ? (anyWorker(event.at) ?? workerAt(0)) : workerAt(worker));
    },
    restart(at = now()) {
      workers = startAll(at);
    },
    restartWorker(index, at = now()) {
      const worker = workerAt(index);
      worker.pid = ++generation + 20;
      worker.startedAt = at;
      if (options.multiprocess) return;
      worker.process = createProcess({ ...options, startedAt: at, worker: index, seed: hash32(seed, worker.pid) });
    },
    dropSeries(predicate, worker) {
      const chosen = worker === undefined ? workers : [workerAt(worker)];
      let dropped = 0;
      for (const process of new Set(chosen.map((each) => each.process))) dropped += process.drop(predicate);
      return dropped;
    },
    page({ worker = 0, format = "text", at = now(), wants } = {}) {
      return workerAt(worker).process.render(format, at, wants);
    },
  };
}
