const DIGIT_0 = 48;

/** A date, or one with hours and minutes, that says no seconds. */
const WITHOUT_SECONDS = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d))?([Zz]| ?[+-]\d\d(?::?\d\d)?| UTC)?$/;

/**
 * The instant that a log row names, in UTC milliseconds rounded to whole ones (as PostgreSQL's timestamp(3) is); undefined
 * where it names none. Texts are ISO 8601 with `T` or a space, any number of decimals, and UTC where no zone is given;
 * numbers are seconds since 1970, or thousandths, millionths and so on where they are as large as only those can be.
 */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === "string") return instantOfText(value);
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  const size = Math.abs(value);
  if (size < 1e11) return Math.round(value * 1000);
  return Math.round(size < 1e14 ? value : size < 1e17 ? value / 1e3 : value / 1e6);
}

function instantOfText(text: string): number | undefined {
  const at = civil(text);
  if (Number.isNaN(at)) return /^\d+(\.\d+)?$/.test(text) ? instantOf(Number(text)) : instantWithoutSeconds(text);
  let end = 19;
  let fraction = 0;
  if (text.charCodeAt(end) === 46 || text.charCodeAt(end) === 44) {
    let scale = 1000;
    for (end++; isDigit(text, end); end++) {
      scale /= 10;
      fraction += (text.charCodeAt(end) - DIGIT_0) * scale;
    }
  }
  // The noise of decimals must not move a half.
  const instant = at + Math.round(Math.round(fraction * 1e6) / 1e6);
  const zone = text.length === end ? 0 : zoneMs(text.slice(end));
  return zone === undefined ? undefined : instant - zone;
}

function instantWithoutSeconds(text: string): number | undefined {
  const [, date, time = "00:00", zone = ""] = WITHOUT_SECONDS.exec(text) ?? [];
  return date === undefined ? undefined : instantOfText(`${date}T${time}:00${zone}`);
}

/** `YYYY-MM-DD?HH:MM:SS` at the beginning of a text as UTC milliseconds; NaN where there is none. */
function civil(text: string): number {
  if (text.length < 19) return Number.NaN;
  const separator = text.charCodeAt(10);
  const isShaped =
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    (separator === 84 || separator === 32 || separator === 116) &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58;
  if (!isShaped) return Number.NaN;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  const isPossible = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  if (!isPossible || !(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN;
  return (daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second) * 1000;
}

/** A date as days since 1970, by the arithmetic of years that begin in March; `Date.UTC` takes three times as long. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}

function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - DIGIT_0;
  const ones = text.charCodeAt(at + 1) - DIGIT_0;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= DIGIT_0 && code <= DIGIT_0 + 9;
}

/** `Z`, `UTC`, `+02`, `+0200` or `+02:00` as milliseconds; undefined for anything else. */
function zoneMs(text: string): number | undefined {
  const zone = text.trim();
  if (zone === "" || zone === "Z" || zone === "z" || zone === "UTC" || zone === "+00:00") return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0)) * 60_000;
}
