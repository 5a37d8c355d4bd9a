import type { Parameters } from "fast-check";

/**
 * How often a property is tried: `runs` times from a fixed seed, so that a failure comes back; FC_SEED=random or a
 * number takes another seed, FC_RUNS multiplies the runs. fast-check prints the seed of a failure.
 */
export function propertyRuns<T>(runs: number): Parameters<T> {
  const seed = process.env["FC_SEED"];
  const factor = Number(process.env["FC_RUNS"] ?? 1);
  return {
    includeErrorInReport: true,
    numRuns: Math.max(1, Math.round(runs * factor)),
    ...(seed === "random" ? {} : { seed: Number(seed ?? 1) }),
  };
}

/** What a property may take at most; only more runs than usual come near it. */
export const PROPERTY_TIMEOUT_MS = 600_000;
