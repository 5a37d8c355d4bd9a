/** Two numbers that agree to 1e-9, absolute or relative. */
function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Why an answer differs from an expected one, or undefined: lists are sets, numbers agree to 1e-9, moments are equal if
 * they are the same instant, and objects have exactly the same keys, except below `data` and in rows of tables
 * (`isRow`), which may have more.
 */
export function difference(
  actual: unknown,
  expected: unknown,
  isRow: (expected: Readonly<Record<string, unknown>>) => boolean,
  at = "answer",
): string | undefined {
  const differs = () =>
    `${at}: ${JSON.stringify(actual)?.slice(0, 300)} instead of ${JSON.stringify(expected)?.slice(0, 300)}`;
  if (typeof expected === "number")
    return typeof actual === "number" && isNear(actual, expected) ? undefined : differs();
  if (typeof expected === "string" && MOMENT.test(expected)) {
    return typeof actual === "string" && Date.parse(actual) === Date.parse(expected) ? undefined : differs();
  }
  if (typeof expected !== "object" || expected === null) return actual === expected ? undefined : differs();
  if (typeof actual !== "object" || actual === null) return differs();
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return differs();
    const left = [...actual];
    for (const [index, wanted] of expected.entries()) {
      const found = left.findIndex((item) => difference(item, wanted, isRow) === undefined);
      if (found === -1) return difference(actual[index], wanted, isRow, `${at}[${index}]`) ?? differs();
      left.splice(found, 1);
    }
    return undefined;
  }
  const wanted = new Map(Object.entries(expected));
  const given = new Map(Object.entries(actual));
  for (const [key, value] of wanted) {
    if (!given.has(key)) return `${at}.${key} is missing`;
    const found = difference(given.get(key), value, isRow, `${at}.${key}`);
    if (found !== undefined) return found;
  }
  const more = [...given.keys()].filter((key) => !wanted.has(key));
  return more.length === 0 || isRow(Object.fromEntries(wanted)) ? undefined : `${at} has ${more.join(", ")} as well`;
}
