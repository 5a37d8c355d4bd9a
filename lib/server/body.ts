import type { Context } from "hono";

const GZIP_FROM_BYTES = 1024;

/** A body that is ready to be sent, as it is and, once somebody took it so, packed. */
export type Body = {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  gzipped: Uint8Array<ArrayBuffer> | undefined;
};

/** Makes a body. The tag is weak, as the plain and the packed form share it. */
export function createBody(plain: Uint8Array<ArrayBuffer>): Body {
  return { plain, etag: `W/"${Bun.hash(plain).toString(36)}"`, gzipped: undefined };
}

/** Sends a body. Knows If-None-Match and gzip. */
export function sendBody(context: Context, body: Body, headers: Readonly<Record<string, string>>): Response {
  const all = { Vary: "Accept-Encoding", ...headers, ETag: body.etag };
  const asked = context.req.header("If-None-Match");
  if (asked !== undefined && namesTag(asked, body.etag)) return context.body(null, 304, all);
  const wantsGzip = body.plain.length >= GZIP_FROM_BYTES && acceptsGzip(context.req.header("Accept-Encoding"));
  if (!wantsGzip) return new Response(body.plain, { headers: all });
  body.gzipped ??= Bun.gzipSync(body.plain);
  return new Response(body.gzipped, { headers: { ...all, "Content-Encoding": "gzip" } });
}

function namesTag(header: string, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  return header.split(",").some((tag) => opaque(tag) === "*" || opaque(tag) === opaque(etag));
}

function acceptsGzip(header: string | undefined): boolean {
  return header !== undefined && /(^|,)\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[\d.]+)?\s*(,|$)/i.test(header);
}
