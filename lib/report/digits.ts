const EXPONENT_FROM = 1e21;

/** A finite number in decimal digits with a comma between thousands, never with an exponent. */
export function decimalText(value: number, decimals: number): string {
  const digits = Math.abs(value) < EXPONENT_FROM ? value.toFixed(decimals) : wholeDigits(value, decimals);
  const [whole = "", fraction] = digits.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function wholeDigits(value: number, decimals: number): string {
  const whole = BigInt(value).toString();
  return decimals === 0 ? whole : `${whole}.${"0".repeat(decimals)}`;
}
