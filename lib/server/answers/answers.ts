import type { Context } from "hono";
import { jsonText } from "../../query/json-text.ts";
import { type Body, createBody, sendBody } from "./body.ts";
import { JSON_HEADERS } from "./json.ts";
import type { Keep } from "./keep.ts";

/** How many answers a route keeps, and how many bytes of them. */
export const MOST_ANSWERS = 200;
export const MOST_ANSWER_BYTES = 16_000_000;
/** What every kept answer is sent with. */
export const ANSWER_HEADERS = { ...JSON_HEADERS, "Cache-Control": "no-cache" };

/** Sends answers, each made once until the numbers behind it may have changed. */
export type Answers = {
  /** The answer of a key, made by `make` if there is none yet. */
  body(key: string, make: () => unknown): Body;
  /** Sends it. Knows If-None-Match and gzip. */
  send(context: Context, key: string, make: () => unknown): Response;
};

/** Makes the answers of one app. The keys that a client can choose are many, so number and size are limited. */
export function createAnswers(keep: Keep): Answers {
  const current = keep(() => ({ answers: new Map<string, Body>(), bytes: 0 }));
  const body: Answers["body"] = (key, make) => {
    const kept = current();
    const known = kept.answers.get(key);
    if (known) return known;
    const answer = createBody(new TextEncoder().encode(jsonText(make())), ANSWER_HEADERS);
    if (kept.answers.size >= MOST_ANSWERS || kept.bytes + answer.bytes.length > MOST_ANSWER_BYTES) {
      kept.answers.clear();
      kept.bytes = 0;
    }
    kept.answers.set(key, answer);
    kept.bytes += answer.bytes.length;
    return answer;
  };
  return { body, send: (context, key, make) => sendBody(context.req.raw, body(key, make)) };
}
