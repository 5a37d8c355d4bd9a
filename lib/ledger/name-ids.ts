import { NULL_TEXT, type Texts } from "./batch/texts.ts";
import { LocalNames } from "./fold/local-names.ts";
import type { LedgerTransaction, Triple } from "./sql/ledger-store.ts";

/** What has a number of its own in the ledger. */
export type NameKind = "text" | "route" | "payer";

/**
 * What the ledger calls the names of a source: the ids of their texts, routes and payers. They are asked for many at a
 * time inside a write transaction, made where they are missing, and read here afterwards.
 */
export class NameIds {
  readonly #sources = new WeakMap<Texts, SourceIds>();
  #generation = 0;

  /** Changes when everything was forgotten. */
  get generation(): number {
    return this.#generation;
  }

  /** The names of a source, known or new. */
  of(texts: Texts): SourceIds {
    let found = this.#sources.get(texts);
    if (!found) {
      found = new SourceIds(new LocalNames(texts), this);
      this.#sources.set(texts, found);
    }
    return found;
  }

  /** Forgets every id, as after a transaction that failed; the source's own numbers stay. */
  forget(): void {
    this.#generation++;
  }
}

/** The ids of one source's names. */
export class SourceIds {
  readonly names: LocalNames;
  readonly #owner: NameIds;
  #generation: number;
  #ids: Readonly<Record<NameKind, number[]>> = noIds();

  constructor(names: LocalNames, owner: NameIds) {
    this.names = names;
    this.#owner = owner;
    this.#generation = owner.generation;
  }

  /** The ledger's ids by the source's numbers, of the names that were looked up since the last failure. */
  of(kind: NameKind): readonly (number | undefined)[] {
    this.#renew();
    return this.#ids[kind];
  }

  /** The ledger's id of a name that was looked up since the last failure. */
  id(kind: NameKind, number: number): number {
    const id = this.#ids[kind][number];
    if (id === undefined) throw new Error(`The ${kind} ${number} was not looked up`);
    return id;
  }

  /** Makes sure that the ids of some names are known; `numbers` may name one several times. */
  async lookUp(transaction: LedgerTransaction, kind: NameKind, numbers: Iterable<number>): Promise<void> {
    const ids = this.of(kind);
    const missing = new Set<number>();
    for (const number of numbers) if (ids[number] === undefined) missing.add(number);
    await this.make(transaction, kind, missing);
  }

  /** The same of names that are known to be missing. */
  async make(transaction: LedgerTransaction, kind: NameKind, missing: ReadonlySet<number>): Promise<void> {
    if (missing.size === 0) return;
    this.#renew();
    const ids = this.#ids[kind];
    const wanted = [...missing];
    const found =
      kind === "text" ? await this.#texts(transaction, wanted) : await this.#triples(transaction, kind, wanted);
    for (const [place, number] of wanted.entries()) ids[number] = found[place] ?? 0;
  }

  #texts(transaction: LedgerTransaction, numbers: readonly number[]): Promise<readonly number[]> {
    return transaction.textIds(numbers.map((number) => this.names.texts.textOf(number) ?? ""));
  }

  async #triples(
    transaction: LedgerTransaction,
    kind: "route" | "payer",
    numbers: readonly number[],
  ): Promise<readonly number[]> {
    const triples = numbers.map((number) =>
      kind === "route" ? this.names.textsOfRoute(number) : this.names.textsOfPayer(number),
    );
    await this.lookUp(transaction, "text", triples.flat());
    const idsOf = ([a, b, c]: Triple): Triple => [this.id("text", a), this.id("text", b), this.id("text", c)];
    return transaction.tripleIds(kind, triples.map(idsOf));
  }

  #renew(): void {
    if (this.#generation === this.#owner.generation) return;
    this.#generation = this.#owner.generation;
    this.#ids = noIds();
  }
}

function noIds(): Readonly<Record<NameKind, number[]>> {
  const text: number[] = [];
  text[NULL_TEXT] = NULL_TEXT;
  return { text, route: [], payer: [] };
}
