import { Database } from "bun:sqlite";

/** SQLite's default, which every database of ours has. */
const PAGE_BYTES = 4096;
const PAGE_COUNT_OFFSET = 28;
const FREE_LIST_OFFSET = 32;
const FREE_LIST_BYTES = 8;
/** Two bytes that say 1 where the file is read without a write-ahead log. */
const VERSIONS_OFFSET = 18;
/** The first byte of a page of a table, and of an index or a table without row ids (SQLite file format, 1.6). */
const TABLE_KINDS: ReadonlySet<number | undefined> = new Set([5, 13]);
const INDEX_KINDS: ReadonlySet<number | undefined> = new Set([2, 10]);

/**
 * The pages of a damaged database under the schema of an empty one, for reading: where the header or the schema is what is
 * damaged, everything else can be read by that. Tables begin on the same pages in every database of one schema, or
 * on those that VACUUM gives them. Undefined where the pages are not such ones.
 */
export function underNewSchema(damaged: Uint8Array, empty: Database): Database | undefined {
  const fresh = empty.serialize();
  fresh.fill(1, VERSIONS_OFFSET, VERSIONS_OFFSET + 2);
  const vacuumed = Database.deserialize(fresh);
  vacuumed.run("VACUUM");
  const [best] = [fresh, vacuumed.serialize()]
    .map((template) => ({ template, roots: rootsOf(template) }))
    .map((candidate) => ({ ...candidate, fit: fitOf(damaged, candidate.template, candidate.roots) }))
    .toSorted((a, b) => b.fit - a.fit);
  vacuumed.close();
  if (best === undefined || best.fit <= 0.5) return undefined;
  return Database.deserialize(merge(damaged, best.template, best.roots), { readonly: true });
}

/** The pages on which a table or an index begins. Every other page of an empty database belongs to its schema. */
function rootsOf(template: Uint8Array): ReadonlySet<number> {
  const db = Database.deserialize(template, { readonly: true });
  const rows = db.query<{ rootpage: number }, []>("SELECT rootpage FROM sqlite_schema WHERE rootpage > 0").all();
  db.close();
  return new Set(rows.map(({ rootpage }) => rootpage));
}

/** The share of those pages that are of the right kind, of those that are there. */
function fitOf(damaged: Uint8Array, template: Uint8Array, roots: ReadonlySet<number>): number {
  const there = [...roots].map((page) => (page - 1) * PAGE_BYTES).filter((start) => start < damaged.length);
  const right = there.filter((start) => {
    const kinds = TABLE_KINDS.has(template[start]) ? TABLE_KINDS : INDEX_KINDS;
    return kinds.has(damaged[start]);
  });
  return right.length / Math.max(1, there.length);
}

function merge(damaged: Uint8Array, template: Uint8Array, roots: ReadonlySet<number>): Uint8Array {
  const pages = Math.max(Math.ceil(damaged.length / PAGE_BYTES), template.length / PAGE_BYTES);
  const merged = Buffer.alloc(pages * PAGE_BYTES);
  merged.set(damaged);
  for (let page = 1; page <= template.length / PAGE_BYTES; page++) {
    const [start, end] = [(page - 1) * PAGE_BYTES, page * PAGE_BYTES];
    if (!roots.has(page)) merged.set(template.subarray(start, end), start);
  }
  merged.writeUInt32BE(pages, PAGE_COUNT_OFFSET);
  merged.fill(0, FREE_LIST_OFFSET, FREE_LIST_OFFSET + FREE_LIST_BYTES);
  return merged;
}
