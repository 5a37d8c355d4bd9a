import { createRandom, pick } from "../../../lib/demo/random.ts";
import { DAY, HOUR, MINUTE } from "../moments.ts";

/** Who is killed with -9: so long after it began to work, or after so many bytes of its next write. */
export type Kill = { readonly who: "folders" | "service" | "intake" } & (
  | { readonly kind: "after"; readonly ms: number }
  | { readonly kind: "in the write"; readonly bytes: number }
);

/** One moment of a soak of the ledger. Instants are UTC milliseconds. */
export type LedgerStep = {
  readonly at: number;
  /** Rows that were written since the step before, in order; before the first lies a past of some days. */
  readonly rows: number;
  /** Rows that come now, of requests that began so long ago. */
  readonly late: readonly { readonly rows: number; readonly ms: number }[];
  /** The source is stopped or dies while it is read, or the connection breaks after so many bytes of the answer. */
  readonly source:
    | { readonly kind: "stopped" | "killed" }
    | { readonly kind: "cut"; readonly bytes: number }
    | undefined;
  /** How many folders read it at the same time, beside the service. */
  readonly folders: number;
  readonly kill: Kill | undefined;
  readonly disk: "full" | "room" | undefined;
  /** Rows of so long ago are deleted at the source, after a good run. */
  readonly deletesBeforeMs: number | undefined;
  /** A day is read anew as a whole. */
  readonly isFull: boolean;
  /** What was sent before is sent again, or imported from a file. */
  readonly again: "resent" | "imported" | undefined;
};

/** A world of the ledger: what happens to a source and its folders. */
export type LedgerPlan = { readonly seed: number; readonly from: number; readonly steps: readonly LedgerStep[] };

/** The days that the source knows of at the first step. */
export const PAST_MS = 5 * DAY;
/** The source's retention: longer than any row is late. */
const RETENTION_MS = 2.5 * DAY;
const QUIET_STEPS = 3;
const LONGEST_MS = 200;
/** What a run over some hundred rows writes. */
const MOST_WRITTEN = 60_000;

/** What happens in a world: the same for the same seed, number and length. */
export function planLedger(seed: number, number: number, length: number): LedgerPlan {
  const world = seed * 1009 + number;
  const random = createRandom(world);
  const chance = (ratio: number) => random() < ratio;
  const between = (low: number, high: number) => Math.floor(low + random() * (high - low));
  const from = Date.UTC(2026, 9, 20) + between(0, 20 * DAY);
  let at = from;
  let fullFor = 0;
  const steps: LedgerStep[] = [];
  for (let index = 0; index < length; index += 1) {
    const isQuiet = index === 0 || index >= length - QUIET_STEPS;
    at += chance(0.6) ? between(HOUR, 4 * HOUR) : between(MINUTE, 50 * MINUTE);
    let disk: LedgerStep["disk"];
    if (fullFor > 0) {
      fullFor = isQuiet ? 0 : fullFor - 1;
      if (fullFor === 0) disk = "room";
    } else if (!isQuiet && chance(0.07)) {
      disk = "full";
      fullFor = between(1, 3);
    }
    const isKilled = !isQuiet && chance(0.3);
    const isBroken = !isQuiet && chance(0.3);
    steps.push({
      at,
      rows: index === 0 || chance(0.08) ? between(1000, 4000) : between(1, 300),
      late: chance(0.5) ? [{ rows: between(1, 20), ms: between(MINUTE, chance(0.5) ? 55 * MINUTE : 10 * HOUR) }] : [],
      source: isBroken ? brokenSource(chance, between) : undefined,
      folders: chance(0.25) ? 2 : 1,
      kill: isKilled ? drawKill(random) : undefined,
      disk,
      deletesBeforeMs: chance(0.15) ? RETENTION_MS : undefined,
      isFull: chance(0.1),
      again: pick(random, ["resent", undefined, undefined, "imported"] as const),
    });
  }
  return { seed: world, from, steps };
}

function drawKill(random: () => number): Kill {
  const who = pick(random, ["folders", "folders", "service", "intake"] as const) ?? "folders";
  const where = random();
  return random() < 0.5
    ? { who, kind: "after", ms: where * LONGEST_MS }
    : { who, kind: "in the write", bytes: Math.ceil(where * MOST_WRITTEN) };
}

function brokenSource(chance: (ratio: number) => boolean, between: (low: number, high: number) => number) {
  if (chance(0.3)) return { kind: chance(0.3) ? "stopped" : "killed" } as const;
  return { kind: "cut", bytes: between(1, 60_000) } as const;
}
