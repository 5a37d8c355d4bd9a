import { DEEPEST_TAGS, isNested } from "../../litellm/spend-record.ts";
import { NULL_TEXT, type Texts } from "../batch/texts.ts";
import { TupleTable } from "./tuple-table.ts";

const NO_TAGS = new Uint32Array(0);

/**
 * The names of one source's `Texts` as a fold needs them: model, group and provider together are one number (a route), key,
 * user and team another (a payer), and a list of tags is a list of numbers. Their ids in the ledger are looked up when
 * cells are written.
 */
export class LocalNames {
  readonly texts: Texts;
  readonly #routes = new TupleTable(0);
  readonly #payers = new TupleTable(0);
  readonly #tagLists = new Map<number, Uint32Array>();

  constructor(texts: Texts) {
    this.texts = texts;
  }

  route(model: number, modelGroup: number, provider: number): number {
    return this.#routes.find(model, modelGroup, provider, 0);
  }

  payer(key: number, user: number, team: number): number {
    return this.#payers.find(key, user, team, 0);
  }

  /** Numbers of the texts of a route: model, group, provider. */
  textsOfRoute(route: number): readonly [number, number, number] {
    return three(this.#routes, route);
  }

  /** Numbers of the texts of a payer: key, user, team. */
  textsOfPayer(payer: number): readonly [number, number, number] {
    return three(this.#payers, payer);
  }

  /** The numbers of the tags in a list that stands as JSON text; none where it is no list. */
  tags(list: number): Uint32Array {
    if (list === NULL_TEXT) return NO_TAGS;
    const known = this.#tagLists.get(list);
    if (known) return known;
    const tags = readTags(this.texts.textOf(list) ?? "").map((tag) => this.texts.numberOf(tag));
    const numbers = tags.length === 0 ? NO_TAGS : Uint32Array.from(tags);
    this.#tagLists.set(list, numbers);
    return numbers;
  }
}

function three(table: TupleTable, number: number): readonly [number, number, number] {
  const at = number * 4;
  return [table.keys[at] ?? 0, table.keys[at + 1] ?? 0, table.keys[at + 2] ?? 0];
}

/** The tags of a JSON list; what is not a text counts as its JSON, as in PostgreSQL, and null is no tag. */
function readTags(json: string): string[] {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    return [];
  }
  if (!Array.isArray(list) || isNested(list, DEEPEST_TAGS)) return [];
  return list
    .filter((tag) => tag !== null)
    .map((tag: unknown) => (typeof tag === "string" ? tag : JSON.stringify(tag)));
}
