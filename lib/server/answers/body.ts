const GZIP_FROM_BYTES = 1024;
/** A small body is copied faster than it is shared. */
const COPIED_BELOW_BYTES = 65_536;

/** A body that is ready to be sent with its head; making them takes longer than all the rest of an answer. */
export type Body = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly plain: Ready;
  /** Made when somebody takes it so. */
  packed: Ready | undefined;
};

type Ready = { readonly body: Blob | Uint8Array<ArrayBuffer>; readonly headers: Headers };

/** Makes a body. The tag is weak, as the plain and the packed form share it. */
export function createBody(bytes: Uint8Array<ArrayBuffer>, own: Readonly<Record<string, string>>): Body {
  const etag = `W/"${Bun.hash(bytes).toString(36)}"`;
  const headers = { Vary: "Accept-Encoding", ...own, ETag: etag };
  return { bytes, etag, headers, plain: ready(bytes, headers), packed: undefined };
}

/** Sends a body. Knows If-None-Match and gzip. */
export function sendBody(request: Request, body: Body): Response {
  const { bytes, etag, headers, plain } = body;
  const asked = request.headers.get("If-None-Match");
  if (asked !== null && namesTag(asked, etag)) return new Response(null, { status: 304, headers });
  const wantsGzip = bytes.length >= GZIP_FROM_BYTES && acceptsGzip(request.headers.get("Accept-Encoding"));
  if (!wantsGzip) return new Response(plain.body, { headers: plain.headers });
  body.packed ??= ready(Bun.gzipSync(bytes), { ...headers, "Content-Encoding": "gzip" });
  return new Response(body.packed.body, { headers: body.packed.headers });
}

function ready(bytes: Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>>): Ready {
  return { body: bytes.length < COPIED_BELOW_BYTES ? bytes : new Blob([bytes]), headers: new Headers(headers) };
}

function namesTag(header: string, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  return header.split(",").some((tag) => opaque(tag) === "*" || opaque(tag) === opaque(etag));
}

/** Whether an `Accept-Encoding` takes gzip. */
export function acceptsGzip(header: string | null): boolean {
  return header?.split(",").some(namesGzip) ?? false;
}

/** Whether one coding of Accept-Encoding is gzip, and wanted (RFC 9110 §12.5.3). */
function namesGzip(coding: string): boolean {
  const [name, ...parameters] = coding.split(";").map((part) => part.trim().toLowerCase());
  return name === "gzip" && parameters.every((weight) => /^q=(?!0(\.0*)?$)[\d.]+$/.test(weight));
}
