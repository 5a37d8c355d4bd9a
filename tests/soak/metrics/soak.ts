import { createTally, type Tally } from "../tally.ts";
import { planWorld } from "./plan.ts";
import { playWorld } from "./world.ts";

/** Plays one world after another until the time is over; at least one. `onWorld` is told of each before it begins. */
export async function soakMetrics(options: {
  readonly seed: number;
  readonly seconds: number;
  readonly stepsPerWorld: number;
  readonly library: string;
  readonly firstWorld?: number;
  /** Worlds that are played at the same time. */
  readonly lanes?: number;
  readonly onWorld?: (text: string) => void;
}): Promise<Tally> {
  const { seed, seconds, stepsPerWorld, library, firstWorld = 0, lanes = 3, onWorld = () => undefined } = options;
  const tally = createTally();
  const end = performance.now() + seconds * 1000;
  let next = firstWorld;
  // A service asks at most ten times a second, so one world leaves a machine mostly idle.
  const playOn = async (): Promise<void> => {
    do {
      const number = next;
      next += 1;
      const plan = planWorld(seed, number, stepsPerWorld);
      onWorld(`world ${number}: ${plan.setup.name}, ${plan.zone}`);
      await playWorld(plan, library, tally.within(`world ${number}`));
    } while (performance.now() < end);
  };
  await Promise.all(Array.from({ length: lanes }, playOn));
  return tally;
}
