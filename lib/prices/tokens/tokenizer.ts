/** Counts a text's tokens. */
export type Tokenizer = {
  readonly count: (text: string) => TokenCount;
};

/** Tokens, and whether their number is the nearest that we can tell rather than exact. */
export type TokenCount = { readonly tokens: number; readonly isEstimated: boolean };

/** A run without a break is merged pair by pair, which takes the square of its length: it is cut here. */
const LONGEST_RUN = 2_000;
const LONG_RUNS = new RegExp(
  ["\\p{L}", "[^\\s\\p{L}\\p{N}]", "\\s"].map((kind) => `${kind}{${LONGEST_RUN + 1},}`).join("|"),
  "u",
);

/** A byte order mark and NEL are white space to one regular expression and none to the other. */
const SPLIT_OTHERWISE = /[\u0085\ufeff]/;

/**
 * Loads OpenAI's cl100k_base, by which LiteLLM 1.82.6 counts the messages of `/spend/calculate` whatever the model: the
 * name it counts for has the provider's prefix by then, and no name with a prefix has a tokenizer of its own. Text that
 * looks like a special token is counted as text.
 */
export async function loadTokenizer(): Promise<Tokenizer> {
  const { countTokens } = await import("gpt-tokenizer/encoding/cl100k_base");
  const asText = { disallowedSpecial: new Set<string>() };
  return {
    count(text) {
      if (!LONG_RUNS.test(text)) return { tokens: countTokens(text, asText), isEstimated: SPLIT_OTHERWISE.test(text) };
      let tokens = 0;
      for (let at = 0; at < text.length; at += LONGEST_RUN) {
        tokens += countTokens(text.slice(at, at + LONGEST_RUN), asText);
      }
      return { tokens, isEstimated: true };
    },
  };
}
