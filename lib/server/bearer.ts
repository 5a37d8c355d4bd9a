const WORD = "bearer ";

/**
 * The key of a header `Bearer <key>`, or undefined. Without a regular expression: one that allows for blanks on both
 * sides takes half a second for a header of 16 KB that is made for it.
 */
export function bearerKey(header: string | null): string | undefined {
  if (header === null || header.slice(0, WORD.length).toLowerCase() !== WORD) return undefined;
  return filled(header.slice(WORD.length));
}

/** The same, where the word may be left out. */
export function bareKey(header: string | null): string | undefined {
  return header === null ? undefined : (bearerKey(header) ?? filled(header));
}

/** Keys are compared by their digests, so that neither content nor length shows in the time it takes. */
export function isSameKey(given: string, wanted: string): boolean {
  const digest = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest();
  return crypto.timingSafeEqual(digest(given), digest(wanted));
}

function filled(text: string): string | undefined {
  const key = text.trim();
  return key === "" ? undefined : key;
}
