import type { Database } from "bun:sqlite";
import { NULL_TEXT, type Texts } from "./batch/texts.ts";
import { LocalNames } from "./fold/local-names.ts";

/**
 * What the ledger calls the names of a source: the ids of their texts, routes and payers, made where they are missing.
 * Asked inside a write transaction; what a failed one has made has to be forgotten.
 */
export class NameIds {
  readonly #db: Database;
  readonly #sources = new WeakMap<Texts, SourceIds>();
  #generation = 0;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Changes when everything was forgotten. */
  get generation(): number {
    return this.#generation;
  }

  /** The names of a source, known or new. */
  of(texts: Texts): SourceIds {
    let found = this.#sources.get(texts);
    if (!found) {
      found = new SourceIds(this.#db, new LocalNames(texts), this);
      this.#sources.set(texts, found);
    }
    return found;
  }

  /** Forgets every id; the source's own numbers stay. */
  forget(): void {
    this.#generation++;
  }
}

/** The ids of one source's names. */
export class SourceIds {
  readonly names: LocalNames;
  readonly #db: Database;
  readonly #owner: NameIds;
  #generation: number;
  #texts: number[] = [];
  #routes: number[] = [];
  #payers: number[] = [];

  constructor(db: Database, names: LocalNames, owner: NameIds) {
    this.#db = db;
    this.names = names;
    this.#owner = owner;
    this.#generation = owner.generation;
  }

  /** The ledger's id of a text. */
  text(number: number): number {
    if (number === NULL_TEXT) return NULL_TEXT;
    this.#renew();
    this.#texts[number] ??= this.#textId(this.names.texts.textOf(number) ?? "");
    return this.#texts[number];
  }

  route(number: number): number {
    this.#renew();
    this.#routes[number] ??= this.#triple(
      "SELECT id FROM route WHERE model = ? AND model_group = ? AND provider = ?",
      "INSERT INTO route (model, model_group, provider) VALUES (?, ?, ?) RETURNING id",
      this.names.textsOfRoute(number),
    );
    return this.#routes[number];
  }

  payer(number: number): number {
    this.#renew();
    this.#payers[number] ??= this.#triple(
      "SELECT id FROM payer WHERE api_key = ? AND user_id = ? AND team_id = ?",
      "INSERT INTO payer (api_key, user_id, team_id) VALUES (?, ?, ?) RETURNING id",
      this.names.textsOfPayer(number),
    );
    return this.#payers[number];
  }

  #renew(): void {
    if (this.#generation === this.#owner.generation) return;
    this.#generation = this.#owner.generation;
    this.#texts = [];
    this.#routes = [];
    this.#payers = [];
  }

  #textId(text: string): number {
    const find = this.#db.query<{ id: number }, [string]>("SELECT id FROM text WHERE text = ?");
    const insert = this.#db.query<{ id: number }, [string]>("INSERT INTO text (text) VALUES (?) RETURNING id");
    return idOf(find.get(text) ?? insert.get(text));
  }

  #triple(find: string, insert: string, numbers: readonly [number, number, number]): number {
    const ids: [number, number, number] = [this.text(numbers[0]), this.text(numbers[1]), this.text(numbers[2])];
    const finding = this.#db.query<{ id: number }, [number, number, number]>(find);
    return idOf(finding.get(...ids) ?? this.#db.query<{ id: number }, [number, number, number]>(insert).get(...ids));
  }
}

function idOf(row: { readonly id: number } | null): number {
  if (!row) throw new Error("The ledger gave no id to a new row");
  return row.id;
}
