import type { PageWish, SeriesWish } from "./page.ts";

/** What a page of the fake tells about the process that answered it. */
export type Naming = {
  /** `process_start_time_seconds`: of each worker its own, the same of all, or none. */
  readonly start: "own" | "shared" | "none";
  /** Whether series have `_created`. */
  readonly created: boolean;
};

/** One counter of one process from its birth to its end, with the true events that it counted. */
type Counter = {
  readonly id: number;
  readonly metric: "requests" | "cost";
  readonly labels: Readonly<Record<string, string>>;
  /** On LiteLLM's clock, with a part of a millisecond that is its step's own. */
  readonly createdAt: number;
  value: number;
};

type Worker = { readonly generation: number; readonly startedAt: number; readonly counters: Map<string, Counter> };

/** One true event: by how much a counter grew, and the number of the step in which it did. */
export type TrueEvent = { readonly counter: number; readonly step: number; readonly amount: number };

/** A page with what the page itself may not tell: which worker answered. */
export type FakePage = {
  readonly wish: PageWish;
  readonly generation: number;
  /** On LiteLLM's clock. */
  readonly startedAt: number;
  readonly counters: readonly Readonly<Counter>[];
};

/** A small LiteLLM of several workers that remembers all it counted; instants are on its own clock. */
export class FakeLiteLLM {
  readonly events: TrueEvent[] = [];
  readonly #naming: Naming;
  readonly #workers: Worker[] = [];
  #generations = 0;
  #counters = 0;

  constructor(naming: Naming, workers: number, at: number) {
    this.#naming = naming;
    for (let index = 0; index < workers; index++) this.#workers.push(this.#start(at + index * 10));
  }

  get workers(): number {
    return this.#workers.length;
  }

  /** Counts requests of a kind, and what they cost where that is not nothing. */
  use(worker: number, kind: number, requests: number, cost: number, at: number, step: number): void {
    const key = `key-${kind % 3}`;
    const labels = { requested_model: `group-${kind}`, api_key_alias: key, model_id: `id-${kind}` };
    this.#count(worker, "requests", labels, requests, at, step);
    if (cost > 0) this.#count(worker, "cost", { model: `model-${kind}`, api_key_alias: key }, cost, at, step);
  }

  /** Forgets the counters of a kind; the next use begins them anew. Says whether there were any. */
  drop(worker: number, kind: number): boolean {
    const counters = this.#worker(worker).counters;
    const names = [...counters.keys()].filter((key) => key.includes(`-${kind}"`));
    for (const name of names) counters.delete(name);
    return names.length > 0;
  }

  /** All workers end and begin anew, or only one. */
  restart(at: number, worker?: number): void {
    for (let index = 0; index < this.#workers.length; index++) {
      if (worker === undefined || worker % this.#workers.length === index) {
        this.#workers[index] = this.#start(at + (worker === undefined ? index * 10 : 0));
      }
    }
  }

  page(index: number): FakePage {
    const worker = this.#worker(index);
    const counters = [...worker.counters.values()].map((counter) => ({ ...counter }));
    const { start, created } = this.#naming;
    const series = (metric: Counter["metric"]): SeriesWish[] =>
      counters
        .filter((counter) => counter.metric === metric)
        .map(({ labels, value, createdAt }) => (created ? [labels, value, createdAt / 1000] : [labels, value]));
    const wish = { requests: series("requests"), cost: series("cost") };
    return {
      wish: start === "none" ? wish : { ...wish, start: worker.startedAt / 1000 },
      generation: worker.generation,
      startedAt: worker.startedAt,
      counters,
    };
  }

  #start(at: number): Worker {
    const startedAt = this.#naming.start === "shared" ? Math.floor(at / 1000) * 1000 : Math.floor(at / 10) * 10;
    return { generation: ++this.#generations, startedAt, counters: new Map() };
  }

  #worker(index: number): Worker {
    const worker = this.#workers[index % this.#workers.length];
    if (!worker) throw new RangeError("There are no workers");
    return worker;
  }

  #count(
    worker: number,
    metric: Counter["metric"],
    labels: Counter["labels"],
    amount: number,
    at: number,
    step: number,
  ): void {
    const { counters } = this.#worker(worker);
    const key = `${metric} ${JSON.stringify(labels)}`;
    const counter = counters.get(key) ?? {
      id: ++this.#counters,
      metric,
      labels,
      createdAt: at + (step % 997) / 1024,
      value: 0,
    };
    counter.value += amount;
    counters.set(key, counter);
    this.events.push({ counter: counter.id, step, amount });
  }
}
