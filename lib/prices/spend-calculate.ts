import { requestCost } from "./cost/request-cost.ts";
import { plainUsage, readUsage } from "./cost/token-usage.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "./json-value.ts";
import { unpricedMessage } from "./names/closest-names.ts";
import type { Prices } from "./prices.ts";
import { answerCharacters, messageCharacters } from "./tokens/characters.ts";
import { messageTokens } from "./tokens/message-tokens.ts";
import type { Tokenizer } from "./tokens/tokenizer.ts";

/** The answer to `POST /spend/calculate`. */
export type SpendCalculation =
  /** `cost` in USD; estimated where tokens could not be counted as LiteLLM would. */
  | { readonly kind: "cost"; readonly cost: number; readonly estimated: boolean }
  | { readonly kind: "invalid"; readonly message: string }
  /** The message names the closest known models. */
  | { readonly kind: "unpriced"; readonly model: string; readonly message: string };

/**
 * What a request will cost, by `{model, messages}`, or did cost, by `{completion_response}` (LiteLLM 1.82.6
 * `calculate_spend`; where both are given the model counts, as there). `tokenizer` is loaded only where messages are
 * counted. A model group of the configuration is priced by it in both cases.
 */
export async function spendCalculate(
  body: unknown,
  prices: Prices,
  tokenizer: () => Promise<Tokenizer>,
): Promise<SpendCalculation> {
  if (!isObject(body)) return invalid("Bad Request - the body must be a JSON object");
  const { model, messages, completion_response: response } = body;
  if (model !== undefined && model !== null) {
    if (typeof model !== "string") return invalid("Bad Request - model must be the name of a model");
    if (messages === undefined || messages === null) {
      return invalid("Bad Request - messages must be provided if 'model' is provided");
    }
    if (!Array.isArray(messages)) return invalid("Bad Request - messages must be a list of messages");
    return before(model, messages, prices, tokenizer);
  }
  if (response === undefined || response === null) {
    return invalid("Bad Request - Either 'model' or 'completion_response' must be provided");
  }
  if (!isObject(response)) return invalid("Bad Request - completion_response must be an object");
  return after(response, prices);
}

async function before(
  model: string,
  messages: readonly unknown[],
  prices: Prices,
  tokenizer: () => Promise<Tokenizer>,
): Promise<SpendCalculation> {
  const characters = { prompt: messageCharacters(messages), completion: null };
  const request = { model, provider: null, serviceTier: null, hasCitations: false, characters };
  // A model without a price is found before the tokenizer's megabytes are loaded.
  const known = requestCost({ ...request, usage: plainUsage(0, 0) }, prices);
  if (known.kind === "unpriced") return unpriced(known.model, prices);
  const counted = messageTokens(messages, await tokenizer());
  if (counted.kind === "invalid") return invalid(`Bad Request - ${counted.message}`);
  const cost = requestCost({ ...request, usage: plainUsage(counted.tokens, 0) }, prices);
  if (cost.kind === "unpriced") return unpriced(cost.model, prices);
  const estimated = counted.isEstimated || isCountedElsewhere(prices.deployment(model)?.model ?? model);
  return { kind: "cost", cost: cost.usd, estimated };
}

function after(response: JsonObject, prices: Prices): SpendCalculation {
  const model = textAt(response, "model");
  if (model === null) return invalid("Bad Request - completion_response must have a model");
  const reading = readUsage(response["usage"]);
  if (reading.kind === "invalid") return invalid(`Bad Request - completion_response.${reading.message}`);
  const { usage } = reading;
  const serviceTier = textAt(response, "service_tier") ?? usage.serviceTier;
  const characters = { prompt: null, completion: answerCharacters(response) };
  const request = { model, provider: null, usage, serviceTier, hasCitations: hasCitations(response), characters };
  const cost = requestCost(request, prices);
  if (cost.kind === "unpriced") return unpriced(cost.model, prices);
  return { kind: "cost", cost: cost.usd, estimated: false };
}

/** Models whose tokenizer LiteLLM would fetch (`_return_huggingface_tokenizer`), where cl100k_base is the nearest. */
function isCountedElsewhere(model: string): boolean {
  return /llama-[23]|replicate/i.test(model);
}

/** Whether an answer cites pages, by which LiteLLM knows that the provider searched. */
function hasCitations(response: JsonObject): boolean {
  return listAt(response, "choices").some(
    (choice) =>
      isObject(choice) &&
      listAt(objectAt(choice, "message"), "annotations").some(
        (annotation) => isObject(annotation) && annotation["type"] === "url_citation",
      ),
  );
}

function invalid(message: string): SpendCalculation {
  return { kind: "invalid", message };
}

function unpriced(model: string, prices: Prices): SpendCalculation {
  return { kind: "unpriced", model, message: unpricedMessage(model, prices.names) };
}
