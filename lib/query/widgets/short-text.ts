/** What stands where nothing is known; Homepage shows the same for a missing value. */
export const NOTHING_KNOWN = "-";

const PREFIXES = ["K", "M", "B", "T"];
const STEP = 1000;
/** From here on a short count has no decimals: `812M`. */
const WHOLE_FROM = 100;
const CENT = 0.01;
const FEWEST_DECIMALS = 2;
const MOST_DECIMALS = 9;

/** A count in at most five characters, for a tile or a badge: `84`, `9.0K`, `1.2M`. */
export function shortCount(value: number): string {
  if (Math.round(Math.abs(value)) < STEP) return String(Math.round(value));
  for (const [index, prefix] of PREFIXES.entries()) {
    const power = index + 1;
    const scaled = value / STEP ** power;
    const oneDecimal = scaled.toFixed(1);
    const text = Math.abs(Number(oneDecimal)) >= WHOLE_FROM ? scaled.toFixed(0) : oneDecimal;
    // What rounds up to a thousand belongs to the next prefix.
    if (Math.abs(Number(text)) < STEP || power === PREFIXES.length) return text + prefix;
  }
  return String(value);
}

/** US dollars to the cent, below one cent to two digits, so that little money never reads as none: `$12.90`, `$0.00042`. */
export function shortMoney(value: number): string {
  const size = Math.abs(value);
  const isSmall = size > 0 && size < CENT;
  const decimals = isSmall ? Math.min(MOST_DECIMALS, 1 - Math.floor(Math.log10(size))) : FEWEST_DECIMALS;
  const [whole = "", fraction] = size
    .toFixed(decimals)
    .replace(/(\.\d\d\d*?)0+$/, "$1")
    .split(".");
  return `${value < 0 ? "-" : ""}$${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`;
}

/** A percentage, whole: `41 %`. */
export function shortPercent(value: number): string {
  return `${Math.round(value)} %`;
}
