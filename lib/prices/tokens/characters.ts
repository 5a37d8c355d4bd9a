import { isObject, type JsonObject, listAt, objectAt } from "../json-value.ts";

/** Characters by which some models of Vertex AI are billed; null where the text is not at hand. */
export type Characters = { readonly prompt: number | null; readonly completion: number | null };

/** Where neither text is at hand. */
export const NO_CHARACTERS: Characters = { prompt: null, completion: null };

/** Characters of a chat, white space apart (LiteLLM 1.82.6 `get_formatted_prompt`, `_count_characters`). */
export function messageCharacters(messages: readonly unknown[]): number | null {
  return messages.length === 0 ? null : count(messages.map((message) => (isObject(message) ? textOf(message) : "")));
}

/** Characters of the answers in a chat completion. */
export function answerCharacters(response: JsonObject): number {
  const contents = listAt(response, "choices").map((choice) =>
    isObject(choice) ? objectAt(choice, "message")?.["content"] : undefined,
  );
  return count(contents.map((content) => (typeof content === "string" ? content : "")));
}

function textOf(message: JsonObject): string {
  const { content } = message;
  const texts: unknown[] = Array.isArray(content)
    ? content.map((block) => (isObject(block) && block["type"] === "text" ? block["text"] : ""))
    : [content];
  const calls = listAt(message, "tool_calls").map((call) =>
    isObject(call) ? objectAt(call, "function")?.["arguments"] : "",
  );
  return [...texts, ...calls].filter((text) => typeof text === "string").join("");
}

function count(texts: readonly string[]): number {
  return [...texts.join("").replace(/[\s\u0085]/gu, "")].length;
}
