/** Content types of prometheus_client 0.20.0. */
export const TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
export const OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const CHUNK_BYTES = 65_536;

/** What LiteLLM shows a browser at `/`. */
export const ROOT_HTML = `
    <!DOCTYPE html>
    <html>
    <head>
    <title>LiteLLM API - Swagger UI</title>
    </head>
    <body>
    <div id="swagger-ui">
    </div>
    </body>
    </html>
    `;

/** The headers that uvicorn puts on every answer; `date` is a whole `Date` header. */
export function baseHeaders(date: string): Record<string, string> {
  return { Date: date, server: "uvicorn", vary: "Origin" };
}

/** An answer with a JSON body. */
export function jsonAnswer(status: number, body: unknown, date: string): Response {
  const headers = { ...baseHeaders(date), "content-type": "application/json" };
  return new Response(JSON.stringify(body), { status, headers });
}

/** A redirect as LiteLLM sends it for `/metrics`. */
export function redirectAnswer(to: string, date: string): Response {
  return new Response(null, { status: 307, headers: { ...baseHeaders(date), location: to } });
}

/**
 * A body of no announced length in chunks of 64 KiB; with `breakAfter` the connection breaks there (0: before any
 * header).
 */
export function chunkedBody(bytes: Uint8Array, breakAfter = Number.POSITIVE_INFINITY): ReadableStream<Uint8Array> {
  const end = Math.min(bytes.length, breakAfter);
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      if (at < end) {
        controller.enqueue(bytes.subarray(at, Math.min(end, at + CHUNK_BYTES)));
        at += CHUNK_BYTES;
      } else if (breakAfter < Number.POSITIVE_INFINITY) {
        // Broken at once, the bytes before it would be lost on their way; without a reason Bun prints nothing.
        await Bun.sleep(5);
        controller.error(undefined);
      } else {
        controller.close();
      }
    },
  });
}

/** Ten bytes of `bytes` every `everyMs`, over and over, until the client goes. */
export function drippingBody(bytes: Uint8Array, everyMs: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      await Bun.sleep(everyMs);
      controller.enqueue(bytes.subarray(at, at + 10));
      at = at + 10 < bytes.length ? at + 10 : 0;
    },
  });
}
