const MAX_CHARACTERS = 80;
const MAX_BYTES = MAX_CHARACTERS * 4;

/** The beginning of the bytes from `from` to `to`: at most 80 characters, those that could act on a terminal replaced. */
export function excerptOf(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString("utf8", from, Math.min(to, from + MAX_BYTES)).trimStart();
  return text
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD")
    .slice(0, MAX_CHARACTERS)
    .toWellFormed();
}
