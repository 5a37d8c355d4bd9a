import { excerpt } from "../excerpt.ts";

/** A question as words: query parameters of the API, flags of `report`. A name may stand several times. */
export type QuestionWords = ReadonlyMap<string, readonly string[]>;

/** A word that is not understood: one line, and what there is instead. */
export type BadQuestion = {
  readonly kind: "bad";
  readonly error: string;
  readonly available?: readonly string[];
  /** The word that is none of those, for a suggestion. */
  readonly unknown?: string;
};

/** A question that cannot be answered as it stands. */
export function bad(error: string, available?: readonly string[], unknown?: string): BadQuestion {
  return { kind: "bad", error, ...(available ? { available } : {}), ...(unknown === undefined ? {} : { unknown }) };
}

/** Whether a part of a question was not understood. */
export function isBad(part: unknown): part is BadQuestion {
  return typeof part === "object" && part !== null && "kind" in part && part.kind === "bad";
}

/** The values of a word; empty ones count as not given. */
export function wordValues(words: QuestionWords, name: string): readonly string[] {
  return words.get(name)?.filter((value) => value !== "") ?? [];
}

/** The value of a word that stands once at most (see `refuseRepeated`). */
export function wordValue(words: QuestionWords, name: string): string | undefined {
  return wordValues(words, name)[0];
}

/** What is wrong where one of these words stands several times. */
export function refuseRepeated(words: QuestionWords, names: readonly string[]): BadQuestion | undefined {
  for (const name of names) {
    const values = wordValues(words, name);
    if (values.length < 2) continue;
    const [first = "", second = ""] = values;
    return bad(`${name} is "${excerpt(first)}" and "${excerpt(second)}", expected one of them`);
  }
  return undefined;
}
