import { createRandom, pick } from "../../../lib/demo/random.ts";
import { clockChanges, startOf } from "../../support/temporal.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../moments.ts";
import { SETUPS, type Setup } from "./setups.ts";

/** What LiteLLM answers instead of its page as it is. */
export type PageFault = "html" | "json" | "empty" | "error 500" | "hang" | "cut" | "truncated" | "NaN" | "bad line";

/** What happens to LiteLLM before a page is asked for. */
export type Loss = "restart" | "worker restart" | "dropped series";

export type Kill = number | "at the write" | "in the write";

/** Who scrapes: the service, a cron job, or the cron job with a page that is older than the service's. */
type Scraper = "serve" | "cron" | "overtaken cron";

/** One moment of a soak. Instants are UTC milliseconds of the true time, all whole seconds, `offsetMs` is our clock's error. */
export type Step = {
  /** From 1 on. */
  readonly number: number;
  readonly at: number;
  readonly offsetMs: number;
  /** What made the time before this step long. */
  readonly gap: "gap" | "gap over midnight" | "gap over a clock change" | undefined;
  readonly clock: "set forward" | "set back" | "not set" | "set right" | undefined;
  readonly loss: Loss | undefined;
  readonly worker: number;
  readonly fault: PageFault | undefined;
  /** Where in the page a fault strikes, from 0 to 1. */
  readonly where: number;
  readonly by: Scraper;
  /** The scraper is killed so many milliseconds after it got its page, when it begins to write, or in the middle of that. */
  readonly kill: Kill | undefined;
  readonly disk: "full" | "room" | undefined;
};

/** One world: a LiteLLM and a database of their own, and what happens to both. */
export type Plan = {
  readonly setup: Setup;
  readonly zone: string;
  readonly seed: number;
  readonly steps: readonly Step[];
};

const ZONES = [
  "America/New_York",
  "Europe/Berlin",
  "America/Santiago",
  "Australia/Lord_Howe",
  "America/St_Johns",
] as const;
const FAULTS = ["html", "json", "empty", "error 500", "hang", "cut", "truncated", "NaN", "bad line"] as const;
const KILLS = ["at the write", "in the write", "in the write"] as const;
/** So many steps at the end go without faults, so that the last state is one that can be looked at. */
const QUIET_STEPS = 6;

/** What happens in a world: the same for the same seed, number and length. */
export function planWorld(seed: number, number: number, length: number): Plan {
  const random = createRandom(seed * 1009 + number);
  const chance = (ratio: number) => random() < ratio;
  const between = (low: number, high: number) => Math.floor(low + random() * (high - low));
  const wait = (low: number, high: number) => between(low / SECOND, high / SECOND) * SECOND;
  const zone = pick(random, ZONES) ?? "UTC";
  const setup = SETUPS[number % SETUPS.length] ?? SETUPS[0];
  const year = Date.UTC(2026, 0, 1);
  const change = pick(random, clockChanges(zone, year, year + 360 * DAY)) ?? year;
  let at = change - wait(HOUR, 5 * HOUR);
  let latest = at;
  let offset: { ms: number; steps: number } = { ms: 0, steps: 0 };
  let fullFor = 0;
  const steps: Step[] = [];
  for (let index = 0; index < length; index += 1) {
    const isQuiet = index >= length - QUIET_STEPS || index === 0;
    const { ms, gap } = isQuiet ? { ms: 30 * SECOND, gap: undefined } : nextWait(at, change, zone, chance, wait);
    at += ms;
    let clock: Step["clock"];
    offset = { ...offset, steps: offset.steps - 1 };
    if (offset.ms !== 0 && (offset.steps <= 0 || isQuiet)) {
      offset = { ms: 0, steps: 0 };
      clock = "set right";
    } else if (offset.ms === 0 && !isQuiet && index < length - 20 && chance(0.02)) {
      clock = pick(random, ["set forward", "set back", "set forward", "set back", "not set"] as const);
      const error = wait(3 * MINUTE, 3 * HOUR);
      const wrong = { "set forward": error, "set back": -error, "not set": -at + wait(0, HOUR) };
      offset = { ms: wrong[clock ?? "set back"], steps: between(2, 12) };
    }
    // Windows are looked at when our clock is beyond all that was booked.
    if (isQuiet && at <= latest) at = latest + MINUTE;
    latest = Math.max(latest, at + offset.ms);
    let disk: Step["disk"];
    if (fullFor > 0) {
      fullFor -= 1;
      if (fullFor === 0 || isQuiet) disk = "room";
      if (isQuiet) fullFor = 0;
    } else if (!isQuiet && chance(0.02)) {
      disk = "full";
      fullFor = between(2, 10);
    }
    const fault = !isQuiet && chance(0.12) ? pick(random, FAULTS) : undefined;
    const drawn = isQuiet || chance(0.8) ? "serve" : chance(0.6) ? "cron" : "overtaken cron";
    // Who waits for what hangs is the cron job, which has little patience.
    const by = fault === "hang" ? "cron" : drawn;
    steps.push({
      number: index + 1,
      at,
      offsetMs: offset.ms,
      gap,
      clock,
      loss: isQuiet || !chance(0.07) ? undefined : pick(random, setup.losses),
      worker: between(0, setup.pages),
      fault: by === "overtaken cron" ? undefined : fault,
      where: random(),
      by,
      kill: isQuiet || !chance(0.08) ? undefined : chance(0.4) ? random() * 25 : pick(random, KILLS),
      disk,
    });
  }
  return { setup, zone, seed: seed * 1009 + number, steps };
}

/** How long until the next step, and whether that is one of the gaps that matter. */
function nextWait(
  at: number,
  change: number,
  zone: string,
  chance: (ratio: number) => boolean,
  wait: (low: number, high: number) => number,
): { ms: number; gap: Step["gap"] } {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const midnight = startOf(date.add({ days: 1 }), zone);
  if (at < change && change - at < 4 * HOUR && chance(0.1)) {
    return { ms: change - at + wait(MINUTE, 5 * HOUR), gap: "gap over a clock change" };
  }
  if (midnight - at < 3 * HOUR && chance(0.05)) {
    return { ms: midnight - at + wait(MINUTE, 7 * HOUR), gap: "gap over midnight" };
  }
  if (chance(0.004)) return { ms: wait(3 * HOUR, 14 * HOUR), gap: "gap" };
  if (chance(0.06)) return { ms: wait(15 * MINUTE, 2 * HOUR), gap: "gap" };
  if (chance(0.25)) return { ms: wait(MINUTE, 14 * MINUTE), gap: undefined };
  return { ms: wait(5 * SECOND, 110 * SECOND), gap: undefined };
}
