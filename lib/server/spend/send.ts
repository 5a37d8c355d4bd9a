import type { Context } from "hono";
import { jsonText } from "../../query/json-text.ts";
import type { Parts, Reply } from "../../query/spend/reply.ts";
import { JSON_HEADERS, sendError } from "../json.ts";

/** Pieces of a large answer are put together to about so many characters. */
const CHUNK = 65_536;

/** Sends a reply: a value at once, a text in pieces that are made as the client takes them. */
export async function sendReply(context: Context, reply: Reply): Promise<Response> {
  switch (reply.kind) {
    case "value":
      return context.body(jsonText(reply.value), 200, headersOf(reply.headers));
    case "text":
      return new Response(await streamOf(reply.parts), { headers: headersOf(reply.headers) });
    case "problem": {
      const { kind: _, status, ...body } = reply;
      return sendError(context, status, body);
    }
    default:
      return reply satisfies never;
  }
}

function headersOf(headers: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return { ...JSON_HEADERS, "Cache-Control": "no-store", ...headers };
}

/** A stream, or one text where everything fits into the first piece. */
async function streamOf(parts: Parts): Promise<ReadableStream<Uint8Array> | string> {
  const iterator = Symbol.asyncIterator in parts ? parts[Symbol.asyncIterator]() : parts[Symbol.iterator]();
  const next = async (): Promise<{ readonly text: string; readonly isLast: boolean }> => {
    let text = "";
    while (text.length < CHUNK) {
      const part = await iterator.next();
      if (part.done) return { text: `${text}\n`, isLast: true };
      text += part.value;
    }
    return { text, isLast: false };
  };
  // What goes wrong at the begin of an answer is found before its status is sent.
  const first = await next();
  if (first.isLast) return first.text;
  const encoder = new TextEncoder();
  let isFirst = true;
  return new ReadableStream({
    async pull(controller) {
      const { text, isLast } = isFirst ? first : await next();
      isFirst = false;
      controller.enqueue(encoder.encode(text));
      if (isLast) controller.close();
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
