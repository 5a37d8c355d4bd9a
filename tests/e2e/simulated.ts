import type { RequestEvent } from "../../lib/demo/event.ts";
import { gridPopulation } from "../../lib/demo/grid.ts";
import { createSimulatedLiteLLM, type SimulatedLiteLLM, type SimulationOptions } from "../../lib/demo/litellm.ts";
import { makeEvent } from "../../lib/demo/make-event.ts";
import { createRandom, pick } from "../../lib/demo/random.ts";

/** A simulated LiteLLM on the real clock whose requests a test sends by the dozen. */
export type Simulation = {
  readonly litellm: SimulatedLiteLLM;
  /** Numbers from 0 up to 1, the same in every run. */
  readonly random: () => number;
  /** Lets clients send so many requests, to a worker of choice or to any. */
  send(count: number, worker?: number): void;
};

/** Starts a simulation; equal seeds give equal requests. Its pages are small unless `buckets` says otherwise. */
export function startSimulation(seed: number, options: Partial<SimulationOptions> = {}): Simulation {
  const population = gridPopulation({ keys: 4, models: 3 });
  const litellm = createSimulatedLiteLLM({ seed, now: Date.now, population, buckets: 0, ...options });
  const random = createRandom(seed);
  const draw = (): RequestEvent => {
    const keyAlias = pick(random, population.keys)?.alias ?? "";
    const modelGroup = pick(random, population.models)?.group ?? "";
    const status = random() < 0.1 ? 429 : 200;
    const wish = { at: Date.now(), keyAlias, modelGroup, status } as const;
    if (status !== 200) return makeEvent(population, wish);
    return makeEvent(population, {
      ...wish,
      promptTokens: Math.floor(random() * 4000),
      completionTokens: Math.floor(random() * 900),
    });
  };
  return {
    litellm,
    random,
    send(count, worker) {
      for (let sent = 0; sent < count; sent += 1) litellm.send(draw(), worker);
    },
  };
}
