import { gridPopulation } from "../../../lib/demo/grid.ts";
import { createSimulatedLiteLLM } from "../../../lib/demo/litellm.ts";
import { makeEvent } from "../../../lib/demo/make-event.ts";
import type { Truth } from "../../../lib/demo/truth.ts";
import { HOUR } from "../moments.ts";
import { readPageText, truncated, withBadLine, withNaN } from "./page-text.ts";
import type { Loss, Plan, Step } from "./plan.ts";

/** A page as it was handed out, with what it may not tell itself. */
export type HandedPage = {
  readonly text: string;
  readonly generation: number;
  readonly dateAt: number;
  /** Whether it can be booked. */
  readonly isGood: boolean;
};

/** What ended: the page that would have shown all that it counted. */
type End = { readonly generation: number; readonly text: string };

/** The LiteLLM of a world, on its own clock. */
export type Source = {
  readonly truth: Truth;
  /** All that ended so far, and what still runs. */
  readonly ends: readonly End[];
  /** Lets time and traffic go on to a moment of the true time. */
  advance(at: number): void;
  lose(loss: Loss): void;
  page(step: Pick<Step, "worker" | "fault" | "where">): HandedPage;
};

/** Starts the LiteLLM of a plan; nothing is counted before its first page. */
export function createSource({ setup, seed, steps }: Plan): Source {
  let isFirst = true;
  // Nobody sends requests until the first page was read.
  const population = {
    ...gridPopulation({ keys: 4, models: 3 }),
    get requestsPerDay() {
      return isFirst ? 0 : 3000;
    },
  };
  let now = (steps[0]?.at ?? 0) - HOUR + setup.skewMs;
  const workers = setup.options.workers ?? 1;
  const litellm = createSimulatedLiteLLM({
    seed,
    now: () => now,
    population,
    buckets: 0,
    keepEvents: false,
    ...setup.options,
  });
  // A worker that lost every series between two of its pages could be any that began in the same second.
  const kept = seed % 2 === 0 ? "litellm_proxy_total_requests_metric" : "litellm_spend_metric";
  let generation = workers;
  const generations = Array.from({ length: workers }, (_, worker) => worker);
  const ends: End[] = [];
  let losses = 0;

  const end = (worker: number): void => {
    ends.push({ generation: generations[worker] ?? 0, text: litellm.page({ worker }) });
  };
  const begin = (worker: number): void => {
    generations[worker] = generation;
    generation += 1;
    greet(worker);
  };
  /** Where only series tell workers apart, a page without any would be anybody's. */
  const greet = (worker: number): void => {
    if (setup.naming.start !== "own") litellm.send(makeEvent(population, { at: now }), worker);
  };

  return {
    get truth() {
      return litellm.truth;
    },
    get ends() {
      return [
        ...ends,
        ...Array.from({ length: setup.pages }, (_, worker) => ({
          generation: generations[worker] ?? 0,
          text: litellm.page({ worker }),
        })),
      ];
    },
    advance(at) {
      now = at + setup.skewMs;
      litellm.advance(now);
    },
    lose(loss) {
      losses += 1;
      const worker = losses % workers;
      switch (loss) {
        case "restart":
          for (let each = 0; each < setup.pages; each += 1) end(each);
          litellm.restart();
          for (let each = 0; each < workers; each += 1) begin(each);
          break;
        case "worker restart":
          if (!setup.options.multiprocess) end(worker);
          litellm.restartWorker(worker);
          if (!setup.options.multiprocess) begin(worker);
          break;
        case "dropped series":
          for (let each = 0; each < setup.pages; each += 1) end(each);
          litellm.dropSeries((family) => family !== kept && family.length % 3 === losses % 3);
          break;
        default:
          loss satisfies never;
      }
    },
    page({ worker, fault, where }) {
      const text = litellm.page({ worker });
      if (isFirst) for (let each = 0; each < workers; each += 1) greet(each);
      isFirst = false;
      const changed = { "bad line": withBadLine, NaN: withNaN, truncated };
      const isChanged = fault === "NaN" || fault === "bad line" || fault === "truncated";
      return {
        text: isChanged ? changed[fault](text, where) : text,
        generation: generations[worker] ?? 0,
        dateAt: Math.floor(now / 1000) * 1000,
        isGood: fault === undefined || fault === "NaN" || fault === "bad line",
      };
    },
  };
}

/** What an observer makes of a page. */
export function observed({ text, generation, dateAt }: HandedPage, at: number) {
  return { ...readPageText(text), generation, dateAt, at };
}
