const LONGEST = 80;

/** A foreign text as it may stand between quotes in a message: at most 80 characters, none that steers a terminal. */
export function excerpt(text: string): string {
  const characters = [...text.slice(0, 2 * LONGEST)].slice(0, LONGEST);
  return characters.join("").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"]/gu, "?");
}
