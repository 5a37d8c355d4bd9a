/** The up to `count` names that look most like a text, best first: by the pairs of neighbouring characters they share. */
function closestNames(text: string, names: readonly string[], count: number): string[] {
  const wanted = new Set(pairsOf(text));
  return names
    .map((name) => ({ name, likeness: likeness(wanted, name) }))
    .filter(({ likeness }) => likeness >= 0.5)
    .sort((a, b) => b.likeness - a.likeness || a.name.length - b.name.length)
    .slice(0, count)
    .map(({ name }) => name);
}

/** About Dice's coefficient: 1 for the same pairs, 0 for none in common. */
function likeness(wanted: ReadonlySet<number>, name: string): number {
  let shared = 0;
  for (const pair of pairsOf(name)) if (wanted.has(pair)) shared++;
  return (2 * shared) / (wanted.size + name.length + 1);
}

/** The pairs of a text and its ends, as numbers: there are thousands of names to go through. */
function pairsOf(text: string): number[] {
  const lower = text.toLowerCase();
  const pairs: number[] = [];
  let before = 0;
  for (let at = 0; at < lower.length; at++) {
    const code = lower.charCodeAt(at);
    pairs.push(before * 0x10000 + code);
    before = code;
  }
  pairs.push(before * 0x10000);
  return pairs;
}

/** One line for a model without a price, with up to three known names that look like it. */
export function unpricedMessage(model: string, names: readonly string[]): string {
  const closest = closestNames(model, names, 3);
  const hint = closest.length === 0 ? "" : `; the closest names are ${closest.join(", ")}`;
  return `No price is known for the model ${model}${hint}`;
}
