import { baseHeaders, chunkedBody, jsonAnswer, ROOT_HTML, TEXT_TYPE } from "../../../lib/demo/uvicorn.ts";
import { openPageServer } from "../../e2e/page-server.ts";
import { until } from "../../support/binary.ts";
import type { PageFault } from "./plan.ts";

/** A LiteLLM at whose door every scraper waits, by the key that it comes with, until it is let in. */
export type Door = AsyncDisposable & {
  readonly metricsUrl: string;
  /** Waits until the scraper with a key asks for a page, or has `ended`; says whether it asks. */
  asks(key: string, ended?: () => boolean): Promise<boolean>;
  /** Answers the request that waits. */
  answer(key: string, response: Response): void;
};

type Waiting = { readonly resolve: (response: Response) => void };

/** How long a scraper may take until it asks; by then it hangs. */
const LONGEST_MS = 30_000;

/** Opens the door. */
export function openDoor(): Door {
  const waiting = new Map<string, Waiting>();
  const server = openPageServer((request) => {
    const key = (request.headers.get("authorization") ?? "").replace("Bearer ", "");
    const { promise, resolve } = Promise.withResolvers<Response>();
    const entry = { resolve };
    waiting.set(key, entry);
    request.signal.addEventListener("abort", () => {
      if (waiting.get(key) === entry) waiting.delete(key);
    });
    return promise;
  });
  return {
    metricsUrl: server.metricsUrl,
    async asks(key, ended = () => false) {
      await until(`${key} asks for a page`, () => waiting.has(key) || ended(), LONGEST_MS);
      return waiting.has(key);
    },
    answer(key, response) {
      waiting.get(key)?.resolve(response);
      waiting.delete(key);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The answer with a page, or what a fault makes of it. `dateAt` is on LiteLLM's clock. */
export function answerWith(text: string, fault: PageFault | undefined, where: number, dateAt: number): Response {
  const date = new Date(dateAt).toUTCString();
  const headers = { ...baseHeaders(date), "content-type": TEXT_TYPE };
  const bytes = new TextEncoder().encode(text);
  switch (fault) {
    case "html":
      return new Response(ROOT_HTML, { headers: { ...headers, "content-type": "text/html; charset=utf-8" } });
    case "json":
      return jsonAnswer(200, { status: "healthy" }, date);
    case "empty":
      return new Response("", { headers });
    case "error 500":
      return jsonAnswer(500, { detail: "Internal server error" }, date);
    case "hang":
      return new Response(new ReadableStream({ start: (stream) => stream.enqueue(bytes.slice(0, bytes.length / 2)) }), {
        headers,
      });
    case "cut":
      return new Response(chunkedBody(bytes, Math.floor(bytes.length * where)), { headers });
    case "truncated":
    case "NaN":
    case "bad line":
    case undefined:
      return new Response(chunkedBody(bytes), { headers });
    default:
      return fault satisfies never;
  }
}

/** An answer of which the second half comes when it is released. */
export function halfAnswer(text: string, dateAt: number): { readonly response: Response; release(): void } {
  const bytes = new TextEncoder().encode(text);
  const { promise, resolve } = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    async start(stream) {
      stream.enqueue(bytes.slice(0, bytes.length / 2));
      await promise;
      stream.enqueue(bytes.slice(bytes.length / 2));
      stream.close();
    },
  });
  const headers = { ...baseHeaders(new Date(dateAt).toUTCString()), "content-type": TEXT_TYPE };
  return { response: new Response(body, { headers }), release: resolve };
}
