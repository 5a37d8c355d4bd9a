/** What stands for a secret wherever a setting is shown. */
export const MASK = "***";

const LONGEST_SHOWN = 80;

/**
 * A URL as it may be shown: without user, password and key-like query values, otherwise as it was written.
 *
 * Everything up to the last `@` goes, also in texts that are no URL: a password may itself hold `/`, `@` or `:`, and a
 * bad URL is shown in an error message.
 */
export function maskUrl(text: string): string {
  return text
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, `$1${MASK}@`)
    .replace(/([?&][^=&#]*(?:key|token|secret|passw|auth|sig)[^=&#]*=)[^&#]*/gi, `$1${MASK}`);
}

/** A foreign text in quotes, fit for one line of a message: at most 80 characters, nothing that steers a terminal. */
export function quoted(text: string): string {
  const characters = [...text];
  const shown = characters.length > LONGEST_SHOWN ? `${characters.slice(0, LONGEST_SHOWN).join("")}…` : text;
  return `"${harmless(shown)}"`;
}

/** A foreign text whose control, format and line-breaking characters are written as `\u{…}`. */
export function harmless(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
