import { isObject, type JsonObject } from "../json-value.ts";
import { pythonText } from "../python-text.ts";
import { imageTokens } from "./image-tokens.ts";
import type { TokenCount, Tokenizer } from "./tokenizer.ts";

export type MessageCount =
  | ({ readonly kind: "count" } & TokenCount)
  | { readonly kind: "invalid"; readonly message: string };

/** Tokens around each message, for a name, and for the beginning of the reply. */
const PER_MESSAGE = 3;
const PER_NAME = 1;
const PER_REPLY = 3;

/**
 * Tokens of a chat's messages, or why they are none (LiteLLM 1.82.6 `token_counter`): every text of a message counts,
 * its role too; `content` may be a list of text, image, tool and thinking blocks. No messages are no tokens.
 */
export function messageTokens(messages: readonly unknown[], tokenizer: Tokenizer): MessageCount {
  if (messages.length === 0) return { kind: "count", tokens: 0, isEstimated: false };
  const sum = new Sum(tokenizer);
  try {
    for (const [index, message] of messages.entries()) {
      if (!isObject(message)) throw new Uncountable(`messages[${index}] must be an object with role and content`);
      sum.add(PER_MESSAGE);
      addMessage(message, `messages[${index}]`, sum);
    }
  } catch (error) {
    if (error instanceof Uncountable) return { kind: "invalid", message: error.message };
    throw error;
  }
  sum.add(PER_REPLY);
  return { kind: "count", tokens: sum.tokens, isEstimated: sum.isEstimated };
}

/** Ends the walk over a message that LiteLLM would refuse; it does not leave this file. */
class Uncountable extends Error {}

class Sum {
  readonly #tokenizer: Tokenizer;
  tokens = 0;
  isEstimated = false;
  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }
  add(tokens: number, isEstimated = false): void {
    this.tokens += tokens;
    this.isEstimated ||= isEstimated;
  }
  text(text: string): void {
    const { tokens, isEstimated } = this.#tokenizer.count(text);
    this.add(tokens, isEstimated);
  }
}

function addMessage(message: JsonObject, path: string, sum: Sum): void {
  for (const [key, value] of Object.entries(message)) {
    if (value === null) continue;
    if (key === "tool_calls") addToolCalls(value, `${path}.tool_calls`, sum);
    else if (typeof value === "string") {
      sum.text(value);
      if (key === "name") sum.add(PER_NAME);
    } else if (key === "content" && Array.isArray(value)) addBlocks(value, `${path}.content`, sum);
  }
}

function addToolCalls(value: unknown, path: string, sum: Sum): void {
  if (!Array.isArray(value)) throw new Uncountable(`${path} must be a list`);
  for (const [index, call] of value.entries()) {
    const called: unknown = isObject(call) ? call["function"] : undefined;
    if (!isObject(called)) throw new Uncountable(`${path}[${index}] must have a function`);
    const { arguments: given = [] } = called;
    sum.text(pythonText(given));
  }
}

function addBlocks(blocks: readonly unknown[], path: string, sum: Sum): void {
  for (const [index, block] of blocks.entries()) {
    const at = `${path}[${index}]`;
    if (typeof block === "string") sum.text(block);
    else if (isObject(block)) addBlock(block, at, sum);
    else throw new Uncountable(`${at} must be text or an object with a type`);
  }
}

function addBlock(block: JsonObject, path: string, sum: Sum): void {
  const { type } = block;
  if (type === "text" || type === "thinking") sum.text(pythonText(type in block ? block[type] : ""));
  else if (type === "image_url") addImage(block["image_url"], `${path}.image_url`, sum);
  else if (type === "tool_use") addToolBlock(block, [], ["name", "input", "caller"], path, sum);
  else if (type === "tool_result") addToolBlock(block, ["tool_use_id"], ["content"], path, sum);
  else throw new Uncountable(`${path}.type must be text, image_url, tool_use, tool_result or thinking`);
}

function addImage(image: unknown, path: string, sum: Sum): void {
  const detail = (isObject(image) ? image["detail"] : undefined) ?? "auto";
  const url = isObject(image) ? image["url"] : image;
  if (detail !== "low" && detail !== "high" && detail !== "auto") {
    throw new Uncountable(`${path}.detail must be low, high or auto`);
  }
  if (typeof url !== "string" || url.trim() === "") throw new Uncountable(`${path} must have the URL of an image`);
  const { tokens, isEstimated } = imageTokens(url, detail);
  sum.add(tokens, isEstimated);
}

/** Of Anthropic's tool blocks the name, the input and the result count, not their ids. */
function addToolBlock(
  block: JsonObject,
  required: readonly string[],
  counted: readonly string[],
  path: string,
  sum: Sum,
): void {
  const missing = required.filter((key) => !(key in block));
  if (missing.length > 0) throw new Uncountable(`${path} must have ${missing.join(", ")}`);
  for (const key of counted) {
    const value = block[key];
    if (typeof value === "string") sum.text(value);
    else if (Array.isArray(value)) addBlocks(value, `${path}.${key}`, sum);
    else if (isObject(value)) sum.text(pythonText(value));
  }
}
