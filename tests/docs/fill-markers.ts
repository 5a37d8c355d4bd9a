const MARKED = /(<!-- docs:([\w-]+) -->\n)[\s\S]*?(<!-- docs:end -->)/g;

/** A text with the tables between their markers. Throws where a table has no place, or a place no table. */
export function fillMarkers(text: string, tables: ReadonlyMap<string, string>): string {
  const places = [...text.matchAll(MARKED)].map(([, , name = ""]) => name);
  const missing = [...tables.keys()].filter((name) => !places.includes(name));
  const unknown = places.filter((name) => !tables.has(name));
  if (missing.length > 0) throw new Error(`No place for the table of ${missing.join(", ")}`);
  if (unknown.length > 0) throw new Error(`No table for the place of ${unknown.join(", ")}`);
  return text.replace(
    MARKED,
    (_, begin: string, name: string, end: string) => `${begin}\n${tables.get(name)}\n\n${end}`,
  );
}
