import { graphemes } from "./graphemes.ts";

/** The text in at most so many cells, from its middle if it must be: names of models differ at their ends. */
export function shorten(text: string, cells: number, ellipsis: string): string {
  if (Bun.stringWidth(text) <= cells) return text;
  const all = graphemes(text);
  const room = cells - Bun.stringWidth(ellipsis);
  let head = "";
  let tail = "";
  let first = 0;
  for (; first < all.length && Bun.stringWidth(head + all[first]) <= Math.ceil(room / 2); first++) head += all[first];
  for (let last = all.length - 1; last >= first; last--) {
    if (Bun.stringWidth(`${head}${ellipsis}${all[last]}${tail}`) > cells) break;
    tail = `${all[last]}${tail}`;
  }
  return `${head}${ellipsis}${tail}`;
}
