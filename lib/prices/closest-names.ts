/** The up to `count` names that look most like a text, best first: by the pairs of neighbouring characters they share. */
function closestNames(text: string, names: readonly string[], count: number): string[] {
  const wanted = pairsOf(text);
  return names
    .map((name) => ({ name, likeness: likeness(wanted, pairsOf(name)) }))
    .filter(({ likeness }) => likeness >= 0.5)
    .sort((a, b) => b.likeness - a.likeness || a.name.length - b.name.length)
    .slice(0, count)
    .map(({ name }) => name);
}

/** Dice's coefficient: 1 for the same pairs, 0 for none in common. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const pair of a) if (b.has(pair)) shared++;
  return (2 * shared) / (a.size + b.size);
}

function pairsOf(text: string): ReadonlySet<string> {
  const lower = `^${text.toLowerCase()}$`;
  return new Set(Array.from({ length: lower.length - 1 }, (_, at) => lower.slice(at, at + 2)));
}

/** One line for a model without a price, with up to three known names that look like it. */
export function unpricedMessage(model: string, names: readonly string[]): string {
  const closest = closestNames(model, names, 3);
  const hint = closest.length === 0 ? "" : `; the closest names are ${closest.join(", ")}`;
  return `No price is known for the model ${model}${hint}`;
}
