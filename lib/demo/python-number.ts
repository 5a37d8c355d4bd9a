/**
 * A number as prometheus_client prints it (`floatToGoString` of 0.20.0): Python's `repr` of a float, but with an
 * exponent from a million on, which that function writes with a fixed `0` before the digits.
 */
export function prometheusNumber(value: number): string {
  if (Number.isInteger(value) && value >= 1 && value < 1e6) return `${value}.0`;
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const repr = pythonRepr(value);
  const dot = repr.indexOf(".");
  if (value < 0 || dot <= 6) return repr;
  const mantissa = `${repr[0]}.${repr.slice(1, dot)}${repr.slice(dot + 1)}`.replace(/[0.]+$/, "");
  return `${mantissa}e+0${dot - 1}`;
}

/** Python's `repr` of a finite float: the shortest digits, an exponent below 1e-4 and from 1e16 on, at least `x.0`. */
function pythonRepr(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const scientific = value.toExponential();
  const split = scientific.indexOf("e");
  const exponent = Number(scientific.slice(split + 1));
  if (exponent >= -4 && exponent < 16) {
    const text = String(value);
    return text.includes(".") ? text : `${text}.0`;
  }
  const digits = String(Math.abs(exponent)).padStart(2, "0");
  return `${scientific.slice(0, split)}e${exponent < 0 ? "-" : "+"}${digits}`;
}
