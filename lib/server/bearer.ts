const WORD = "bearer ";

/**
 * The key of a header `Bearer <key>`, or undefined. Without a regular expression: one that allows for blanks on both
 * sides takes half a second for a header of 16 KB that is made for it.
 */
export function bearerKey(header: string | undefined): string | undefined {
  if (header === undefined || header.slice(0, WORD.length).toLowerCase() !== WORD) return undefined;
  return filled(header.slice(WORD.length));
}

/** The same, where the word may be left out. */
export function bareKey(header: string | undefined): string | undefined {
  return header === undefined ? undefined : (bearerKey(header) ?? filled(header));
}

function filled(text: string): string | undefined {
  const key = text.trim();
  return key === "" ? undefined : key;
}
