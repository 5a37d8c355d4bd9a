/** The order of two texts by the bytes of their UTF-8, which no database's collation changes. */
export function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
