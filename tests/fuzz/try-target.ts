import { createRandom, hash32 } from "../../lib/demo/random.ts";
import type { OpenTarget, Random } from "./target.ts";

/** No input takes nearly as long, on however busy a machine. */
const HANG_MS = 10_000;

/** An input that should not have done what it did. */
export class Finding extends Error {
  readonly input: string | Uint8Array;

  constructor(message: string, input: string | Uint8Array) {
    super(message);
    this.input = input;
  }
}

/** The numbers of one input: of the run's seed, the target and the number of the input alone. */
export function randomOf(seed: number, name: string, index: number): Random {
  return createRandom(hash32(seed, Number(Bun.hash.crc32(name)), index));
}

/** Tries one input; gives how long it took. @throws Finding */
export async function tryOne(target: OpenTarget, random: Random): Promise<number> {
  const { input, run } = target.attempt(random);
  const began = performance.now();
  try {
    await run();
  } catch (error) {
    throw new Finding(error instanceof Error ? (error.stack ?? error.message) : String(error), input);
  }
  const tookMs = performance.now() - began;
  if (tookMs > HANG_MS) throw new Finding(`It took ${Math.round(tookMs)} ms`, input);
  return tookMs;
}
