/** A text as what a reader takes for single characters. */
export function graphemes(text: string): string[] {
  // The segmenter costs two milliseconds to make, and plain ASCII of one line needs none.
  if (/^[ -~]*$/.test(text)) return text.split("");
  return Array.from(new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text), ({ segment }) => segment);
}
