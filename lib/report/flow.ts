import { graphemes } from "./graphemes.ts";
import { safeText } from "./safe-text.ts";

/** Something that is said in words; a word may hold blanks and is never broken. */
export type Phrase = readonly string[];

/** Phrases in lines of at most `width` cells: lines break between phrases, and within one only where it is too long. */
export function flow(phrases: readonly Phrase[], separator: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const words of phrases) {
    const text = words.join(" ");
    const joined = line === "" ? text : `${line}${separator}${text}`;
    if (Bun.stringWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    const isShort = Bun.stringWidth(text) <= width;
    line = isShort ? text : "";
    if (!isShort) lines.push(...fold(words, width));
  }
  return line === "" ? lines : [...lines, line];
}

function fold(words: Phrase, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && Bun.stringWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** A foreign text as a phrase whose words fit the width, the ones that do not in pieces. */
export function proseOf(text: string, width: number): Phrase {
  return safeText(text)
    .split(" ")
    .flatMap((word) => (Bun.stringWidth(word) <= width ? [word] : piecesOf(word, width)));
}

function piecesOf(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const grapheme of graphemes(word)) {
    if (piece !== "" && Bun.stringWidth(piece + grapheme) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += grapheme;
  }
  return [...pieces, piece];
}
