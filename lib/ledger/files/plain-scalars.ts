import { instantOf } from "../../litellm/instant-text.ts";

const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const COLON = 58;
const ZERO = 48;
/** Whole numbers of so many digits, and powers of ten up to this one, are exact as doubles. */
const EXACT_DIGITS = 15;
const EXACT_POWER = 22;
const POWERS = Array.from({ length: EXACT_POWER + 1 }, (_, power) => Number(`1e${power}`));
const DATE_LENGTH = 10;
/** `YYYY-MM-DDTHH:MM:SS` */
const SECONDS_LENGTH = 19;
const MOST_DECIMALS = 6;
const MINUTE_MS = 60_000;

/** The value of a JSON number that is known to be one: the double next to it, as `JSON.parse` gives it. */
export function numberAt(view: DataView, from: number, to: number): number {
  let whole = 0;
  let digits = 0;
  let power = 0;
  let at = from;
  let isFraction = false;
  for (; at < to; at++) {
    const byte = view.getUint8(at);
    if (byte === POINT) {
      isFraction = true;
      continue;
    }
    if (byte < ZERO || byte > 57) break;
    whole = whole * 10 + (byte - ZERO);
    if (whole > 0) digits++;
    if (isFraction) power--;
  }
  if (at < to) {
    // A minus sign, or an exponent.
    if (at === from) return Number(asciiAt(view, from, to));
    let exponent = 0;
    const sign = view.getUint8(at + 1);
    for (at += sign === MINUS || sign === PLUS ? 2 : 1; at < to; at++)
      exponent = exponent * 10 + view.getUint8(at) - ZERO;
    power += sign === MINUS ? -exponent : exponent;
  }
  if (digits > EXACT_DIGITS || power > EXACT_POWER || power < -EXACT_POWER) return Number(asciiAt(view, from, to));
  // One operation on two exact numbers is rounded correctly.
  return power < 0 ? whole / (POWERS[-power] ?? 1) : whole * (POWERS[power] ?? 1);
}

/** ASCII bytes as text. */
function asciiAt(view: DataView, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(view.getUint8(at));
  return text;
}

/**
 * Reads times as `instantOf` does where they are written as nearly all are: `2026-11-21T20:34:57`, up to six decimals, and
 * nothing, `Z` or `+00:00` behind it. The date that came last is remembered.
 */
export class PlainInstants {
  #year = 0;
  #month = 0;
  #day = 0;
  #dateAt = Number.NaN;

  /** UTC milliseconds; NaN where the text is written in another way, or names no time. */
  at(view: DataView, from: number, to: number): number {
    if (to - from < SECONDS_LENGTH) return Number.NaN;
    this.#read(view, from);
    const separator = view.getUint8(from + DATE_LENGTH) | 32;
    if (separator !== 116 && separator !== 32) return Number.NaN;
    if (view.getUint8(from + 13) !== COLON || view.getUint8(from + 16) !== COLON) return Number.NaN;
    const hour = two(view, from + 11);
    const minute = two(view, from + 14);
    const second = two(view, from + 17);
    if (!(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN;
    let at = from + SECONDS_LENGTH;
    let decimals = 0;
    let fraction = 0;
    if (at < to && view.getUint8(at) === POINT) {
      for (at++; at < to && view.getUint8(at) >= ZERO && view.getUint8(at) <= 57; at++) {
        fraction = fraction * 10 + view.getUint8(at) - ZERO;
        decimals++;
      }
    }
    if (decimals > MOST_DECIMALS || !isUtc(view, at, to)) return Number.NaN;
    const ms = decimals === 3 ? fraction : Math.round((fraction * 1000) / (POWERS[decimals] ?? 1));
    return this.#dateAt + (hour * 60 + minute) * MINUTE_MS + second * 1000 + ms;
  }

  #read(view: DataView, from: number): void {
    const year = view.getInt32(from);
    const month = view.getInt32(from + 4);
    const day = view.getInt16(from + 8);
    if (year === this.#year && month === this.#month && day === this.#day) return;
    this.#year = year;
    this.#month = month;
    this.#day = day;
    this.#dateAt = instantOf(`${asciiAt(view, from, from + DATE_LENGTH)}T00:00:00`) ?? Number.NaN;
  }
}

/** Two digits; NaN where there are none. */
function two(view: DataView, at: number): number {
  const tens = view.getUint8(at) - ZERO;
  const ones = view.getUint8(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Whether nothing stands between `at` and `to` but the name of UTC. */
function isUtc(view: DataView, at: number, to: number): boolean {
  if (at === to) return true;
  if (to - at === 1) return view.getUint8(at) === 90;
  return to - at === 6 && asciiAt(view, at, to) === "+00:00";
}
