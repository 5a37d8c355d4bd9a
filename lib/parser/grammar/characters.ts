/** Codes of the characters that the exposition formats give a meaning to; all are ASCII, so bytes and UTF-16 alike. */
const TAB = 9;
export const LINE_FEED = 10;
export const CARRIAGE_RETURN = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const HASH = 35;
export const COMMA = 44;
export const DOT = 46;
export const ZERO = 48;
export const EQUALS = 61;
export const BACKSLASH = 92;
export const OPENING_BRACE = 123;
export const CLOSING_BRACE = 125;

/** True for what may stand between two tokens of a line. */
export function isBlank(code: number | undefined): boolean {
  return code === SPACE || code === TAB;
}
