/** Blanks after the text up to a width in terminal cells. */
export function padRight(text: string, cells: number): string {
  return text + " ".repeat(Math.max(0, cells - Bun.stringWidth(text)));
}

/** Blanks before the text up to a width in terminal cells. */
export function padLeft(text: string, cells: number): string {
  return " ".repeat(Math.max(0, cells - Bun.stringWidth(text))) + text;
}

/** The cells of the widest of the texts. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, Bun.stringWidth(text)), 0);
}
