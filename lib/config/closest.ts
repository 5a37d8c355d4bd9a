/** The candidate with the fewest edits from a text, if at most a third of the longer one has to change. */
export function closest(text: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    // Each letter more or less is an edit, so very different lengths need no comparing.
    const longer = Math.max(text.length, candidate.length);
    if (Math.abs(text.length - candidate.length) > longer / 3) continue;
    const edits = editDistance(text, candidate);
    if (edits < fewest && edits <= longer / 3) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}

/** Edits of single characters: insertions, deletions, replacements, and neighbours that changed places (`modle`). */
export function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  let twoAbove: number[] = [];
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwapped && row > 1 && column > 1 ? (twoAbove[column - 2] ?? 0) + 1 : replaced;
      current.push(Math.min(replaced, swapped, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    twoAbove = above;
    above = current;
  }
  return above[to.length] ?? 0;
}
