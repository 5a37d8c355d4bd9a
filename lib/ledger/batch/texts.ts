/** The number that stands for NULL, which is another value than the empty text. */
export const NULL_TEXT = 0;

/** Numbers the distinct texts of a run from 1 on, so that a row is only numbers and a text is decoded once. */
export class Texts {
  readonly #texts: (string | null)[] = [null];
  readonly #numbers = new Map<string, number>();

  /** The number of a text; `NULL_TEXT` for null. */
  numberOf(text: string | null): number {
    if (text === null) return NULL_TEXT;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#texts.length;
    this.#texts.push(text);
    this.#numbers.set(text, number);
    return number;
  }

  /** The text of a number that `numberOf` gave. */
  textOf(number: number): string | null {
    const text = this.#texts[number];
    if (text === undefined) throw new RangeError(`No text has the number ${number}`);
    return text;
  }

  /** How many numbers are taken, that of null included. */
  get size(): number {
    return this.#texts.length;
  }
}
