/** Invisible format characters, of which emoji and Indic or Persian script need some. */
const HIDDEN = /(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** A mark at the beginning would join the character that stands before the text. */
const LEADING_MARKS = /^[\s\p{M}\p{Cf}]+/u;

/**
 * A foreign text, such as a key alias that a user chose, as harmless text of one line: no escape sequences, no control
 * or direction characters (`?` in their place), runs of blanks as one.
 */
export function safeText(text: string): string {
  return Bun.stripANSI(text)
    .toWellFormed()
    .replace(/\s+/gu, " ")
    .replace(HIDDEN, "?")
    .replace(LEADING_MARKS, "")
    .trim();
}
