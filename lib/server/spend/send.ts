import type { Context } from "hono";
import { jsonText } from "../../query/json-text.ts";
import type { Parts, Reply } from "../../query/spend/reply.ts";
import { acceptsGzip, type Body, createBody, sendBody } from "../answers/body.ts";
import { JSON_HEADERS, sendError } from "../answers/json.ts";

/** Pieces of a large answer are put together to about so many characters. */
const CHUNK = 65_536;

/** Answers depend on who asks, and show people: no cache but the caller's own may keep them, and has to ask again. */
const HEADERS = {
  ...JSON_HEADERS,
  "Cache-Control": "private, no-cache",
  Vary: "Accept-Encoding, Authorization, x-litellm-api-key, api-key",
} as const;

type Headers = Readonly<Record<string, string>> | undefined;

/** A reply that was written before, to be sent again. */
export type WrittenReply = { readonly kind: "written"; readonly body: Body };

/** Writes a reply that is a value. */
export function writtenReply({ value, headers }: Extract<Reply, { kind: "value" }>): WrittenReply {
  return { kind: "written", body: bodyOf(jsonText(value), headers) };
}

/** Sends a reply: a value with a tag, a large text in pieces that are made as the client takes them; both know gzip. */
export async function sendReply(context: Context, reply: Reply | WrittenReply): Promise<Response> {
  switch (reply.kind) {
    case "written":
      return sendBody(context.req.raw, reply.body);
    case "value":
      return sendBody(context.req.raw, writtenReply(reply).body);
    case "text": {
      const made = await streamOf(reply.parts);
      return typeof made === "string"
        ? sendBody(context.req.raw, bodyOf(made, reply.headers))
        : sendStream(context, made, reply.headers);
    }
    case "problem": {
      const { kind: _, status, ...body } = reply;
      return sendError(context, status, body);
    }
    default:
      return reply satisfies never;
  }
}

function bodyOf(text: string, own: Headers): Body {
  return createBody(new TextEncoder().encode(text), { ...HEADERS, ...own });
}

function sendStream(context: Context, stream: ReadableStream<Uint8Array<ArrayBuffer>>, own: Headers): Response {
  const headers = { ...HEADERS, ...own };
  if (!acceptsGzip(context.req.raw.headers.get("Accept-Encoding"))) return new Response(stream, { headers });
  const packed = stream.pipeThrough(new CompressionStream("gzip"));
  return new Response(packed, { headers: { ...headers, "Content-Encoding": "gzip" } });
}

/** A stream, or one text where everything fits into the first piece. */
async function streamOf(parts: Parts): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | string> {
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
  // An error in the first piece is found before the status is sent.
  const first = await next();
  if (first.isLast) return first.text;
  const encoder = new TextEncoder();
  let isLast: boolean = first.isLast;
  let bytes = encoder.encode(first.text);
  return new ReadableStream({
    async pull(controller) {
      // A slow client takes a little at a time, and the rest of a piece is moved in memory each time.
      controller.enqueue(bytes.subarray(0, CHUNK));
      bytes = bytes.subarray(CHUNK);
      if (bytes.length > 0) return;
      if (isLast) controller.close();
      else {
        const more = await next();
        isLast = more.isLast;
        bytes = encoder.encode(more.text);
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
