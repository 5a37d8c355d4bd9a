/** Conditions of a statement and the parameters that they name, in step. */
export class Conditions {
  readonly parameters: (string | number)[] = [];
  readonly #texts: string[] = [];

  /** Adds a condition; each `?` in it stands for the next value. */
  add(condition: string, ...values: readonly (string | number)[]): this {
    const rest = [...values];
    this.#texts.push(
      condition.replace(/\?/g, () => {
        const value = rest.shift();
        if (value === undefined) throw new TypeError(`A value is missing for ${condition}`);
        return `$${this.parameters.push(value)}`;
      }),
    );
    return this;
  }

  /** The conditions joined, with `WHERE` before them; empty where there are none. */
  get where(): string {
    return this.#texts.length === 0 ? "" : `WHERE ${this.#texts.join(" AND ")}`;
  }
}
