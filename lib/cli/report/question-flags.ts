import { PERIODS } from "../../aggregator/window.ts";
import { DIMENSIONS } from "../../litellm/dimensions.ts";
import type { QuestionWords } from "../../query/question/question-words.ts";

const WORDS = ["last", "since", "until", "by", "step", "top", "sort", "source", ...DIMENSIONS];

/** The words of a usage question from the flags of `report`, as commander names them. */
export function questionWords(flags: Readonly<Record<string, unknown>>): QuestionWords {
  const words = new Map<string, readonly string[]>();
  const periods = PERIODS.filter((period) => flags[period] === true);
  if (periods.length > 0) words.set("period", periods);
  for (const word of WORDS) {
    const value = flags[word === "end_user" ? "endUser" : word === "model_group" ? "modelGroup" : word];
    if (typeof value === "string") words.set(word, [value]);
    if (Array.isArray(value)) words.set(word, value.map(String));
  }
  return words;
}
