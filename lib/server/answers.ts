import type { Context } from "hono";
import { jsonText } from "../query/json-text.ts";
import { JSON_HEADERS } from "./json.ts";
import type { Keep } from "./keep.ts";

const GZIP_FROM_BYTES = 1024;
const MOST_ANSWERS = 200;
const MOST_BYTES = 16_000_000;

/** A JSON body that is ready to be sent. Head and body are made once: making them takes longer than all the rest. */
type Answer = {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly plain: Ready;
  packed: Ready | undefined;
};

type Ready = { readonly body: Blob; readonly headers: Headers };

/** Sends answers, each made once until the numbers behind it may have changed. */
export type Answers = {
  /** Sends the answer of a key, made by `make` if there is none yet. Knows If-None-Match and gzip. */
  send(context: Context, key: string, make: () => unknown): Response;
};

/** Makes the answers of one app. The keys that a client can choose are many, so number and size are limited. */
export function createAnswers(keep: Keep): Answers {
  const current = keep(() => ({ answers: new Map<string, Answer>(), bytes: 0 }));
  return {
    send(context, key, make) {
      const kept = current();
      const known = kept.answers.get(key);
      if (known) return respond(context, known);
      const answer = toAnswer(make());
      if (kept.answers.size >= MOST_ANSWERS || kept.bytes + answer.body.length > MOST_BYTES) {
        kept.answers.clear();
        kept.bytes = 0;
      }
      kept.answers.set(key, answer);
      kept.bytes += answer.body.length;
      return respond(context, answer);
    },
  };
}

/** The tag is weak, as the plain and the packed body share it. */
function toAnswer(value: unknown): Answer {
  const body = new TextEncoder().encode(jsonText(value));
  const etag = `W/"${Bun.hash(body).toString(36)}"`;
  return { body, etag, plain: ready(body, etag), packed: undefined };
}

function ready(body: Uint8Array<ArrayBuffer>, etag: string, encoding?: "gzip"): Ready {
  const headers = new Headers(headersOf(etag));
  if (encoding) headers.set("Content-Encoding", encoding);
  return { body: new Blob([body]), headers };
}

function headersOf(etag: string) {
  return { ...JSON_HEADERS, "Cache-Control": "no-cache", ETag: etag, Vary: "Accept-Encoding" };
}

function respond(context: Context, answer: Answer): Response {
  const { body, etag, plain } = answer;
  const asked = context.req.header("If-None-Match");
  if (asked !== undefined && namesTag(asked, etag)) return context.body(null, 304, headersOf(etag));
  const wantsGzip = body.length >= GZIP_FROM_BYTES && acceptsGzip(context.req.header("Accept-Encoding"));
  if (!wantsGzip) return new Response(plain.body, { headers: plain.headers });
  answer.packed ??= ready(Bun.gzipSync(body), etag, "gzip");
  return new Response(answer.packed.body, { headers: answer.packed.headers });
}

function namesTag(header: string, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  return header.split(",").some((tag) => opaque(tag) === "*" || opaque(tag) === opaque(etag));
}

function acceptsGzip(header: string | undefined): boolean {
  return header !== undefined && /(^|,)\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[\d.]+)?\s*(,|$)/i.test(header);
}
