import type { Context } from "hono";
import { jsonText } from "../../query/json-text.ts";
import { ANSWER_HEADERS, MOST_ANSWER_BYTES, MOST_ANSWERS } from "./answers.ts";
import { type Body, createBody, sendBody } from "./body.ts";
import { createPromisedKeep } from "./promised-keep.ts";

/** Sends answers of a ledger, each made once for each version of what it is made of. Knows If-None-Match and gzip. */
export type LedgerAnswers = {
  send(context: Context, version: string, key: string, make: () => Promise<unknown>): Promise<Response>;
};

/** Makes the answers of a route. */
export function createLedgerAnswers(): LedgerAnswers {
  const keep = createPromisedKeep<Body>({
    mostValues: MOST_ANSWERS,
    mostSize: MOST_ANSWER_BYTES,
    sizeOf: ({ bytes }) => bytes.length,
  });
  return {
    async send(context, version, key, make) {
      const body = await keep(version, key, async () =>
        createBody(new TextEncoder().encode(jsonText(await make())), ANSWER_HEADERS),
      );
      return sendBody(context.req.raw, body);
    },
  };
}
