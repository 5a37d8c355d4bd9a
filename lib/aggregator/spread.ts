import type { Zone } from "./zone.ts";

export const BUCKET_MS = 900_000;
/** Up to this length an interval is booked at its end; a longer one is spread, and its shares are estimates. */
export const PLAIN_INTERVAL_MS = 120_000;
const DAYS_FROM_MS = 2 * 86_400_000;

/** A last scrape before this was made by a clock that had not been set. */
export const CLOCK_IS_SET_FROM = Date.UTC(2020, 0, 1);

/** The part of an interval that falls into one bucket; the weights of an interval add up to 1. */
export type Slot = { readonly bucketAt: number; readonly weight: number };

/** How the increase of one interval is laid over the buckets. */
export type Plan = { readonly slots: readonly Slot[]; readonly isEstimated: boolean };

/** The start of the 15-minute bucket of UTC that holds the instant. */
export function bucketOf(at: number): number {
  return Math.floor(at / BUCKET_MS) * BUCKET_MS;
}

/** The first start of a bucket that is not before the instant. */
export function ceilToBucket(at: number): number {
  return Math.ceil(at / BUCKET_MS) * BUCKET_MS;
}

/** The beginning of an interval; undefined where it cannot be trusted: the clock was set back since, or had not been set. */
export function trustedStart(from: number, to: number): number | undefined {
  return from > to || from < CLOCK_IS_SET_FROM ? undefined : from;
}

/**
 * Lays an interval over buckets (accounting rule 4): at its end up to two minutes, evenly by the time covered
 * beyond that, over whole local days beyond two days. Without a `from` that can be trusted everything is booked at
 * `to` and marked as estimated.
 */
export function planInterval(from: number | undefined, to: number, zone: Zone): Plan {
  if (from === undefined) return { slots: [{ bucketAt: bucketOf(to), weight: 1 }], isEstimated: true };
  const length = to - from;
  if (length <= PLAIN_INTERVAL_MS) return { slots: [{ bucketAt: bucketOf(to), weight: 1 }], isEstimated: false };
  const slots: Slot[] = [];
  for (let at = from; at < to; ) {
    const end = Math.min(to, length > DAYS_FROM_MS ? zone.dayAt(at).end : bucketOf(at) + BUCKET_MS);
    slots.push({ bucketAt: bucketOf(at + (end - at) / 2), weight: (end - at) / length });
    at = end;
  }
  return { slots, isEstimated: true };
}

/**
 * Divides an amount over slots: the shares add up to the amount to the last bit and in any order, and those
 * of a count (`whole`) stay whole.
 */
export function sharesOf(amount: number, whole: boolean, slots: readonly Slot[]): number[] {
  if (slots.length === 1) return [amount];
  const unit = whole && Number.isInteger(amount) ? 1 : unitOf(amount);
  const shares: number[] = [];
  let covered = 0;
  let given = 0;
  for (const [index, slot] of slots.entries()) {
    covered += slot.weight;
    const isLast = index === slots.length - 1;
    const upToHere = isLast ? amount : Math.round((amount * covered) / unit) * unit;
    shares.push(upToHere - given);
    given = upToHere;
  }
  return shares;
}

/** The power of two that an amount is at most 2^53 of, so that sums of its multiples up to the amount lose no bit. */
function unitOf(amount: number): number {
  return Math.max(2 ** (Math.ceil(Math.log2(amount)) - 52), Number.MIN_VALUE);
}
