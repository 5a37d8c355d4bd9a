const MS_FROM_1970_TO_2000 = 946_684_800_000;

/** A 64-bit number of the wire format as a double: exact up to 2^53, which no time and no count passes. */
export function int64At(bytes: DataView, at: number): number {
  return bytes.getInt32(at) * 2 ** 32 + bytes.getUint32(at + 4);
}

/** A 64-bit number, exact: a bigint only where a double would not be. */
export function wholeAt(bytes: DataView, at: number): number | bigint {
  const whole = int64At(bytes, at);
  return Number.isSafeInteger(whole) ? whole : bytes.getBigInt64(at);
}

/** Microseconds of PostgreSQL's own epoch (2000) as UTC milliseconds with a fraction; NaN for `infinity`. */
export function millisecondsOf(micros: number): number {
  return Math.abs(micros) > 9e15 ? Number.NaN : micros / 1000 + MS_FROM_1970_TO_2000;
}

/** The UTC milliseconds as PostgreSQL's microseconds. */
export function microsOf(ms: number): number {
  return Math.round((ms - MS_FROM_1970_TO_2000) * 1000);
}
