import type { SimulatedLiteLLM } from "../../lib/demo/litellm.ts";
import { baseHeaders, TEXT_TYPE } from "../../lib/demo/uvicorn.ts";
import type { RecordedPage } from "../support/recorded.ts";

/** What stands in for LiteLLM gives to each request. */
export type Answer = (request: Request) => Response | Promise<Response>;

/** A server on loopback, on a free port, that ends when it is disposed of, open connections too. */
export type PageServer = AsyncDisposable & {
  /** Without a slash at its end. */
  readonly url: string;
  readonly metricsUrl: string;
  /** The head of every request so far. */
  readonly requests: { readonly url: string; readonly headers: Headers }[];
  /** May be changed at any time. */
  answer: Answer;
};

/** Serves answers; over TLS where a key and a certificate are given. */
export function openPageServer(answer: Answer, tls?: { key: string; cert: string }): PageServer {
  const requests: { url: string; headers: Headers }[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    ...(tls ? { tls } : {}),
    fetch(request) {
      // A copy: Bun forgets the headers of a request that is answered.
      requests.push({ url: request.url, headers: new Headers(request.headers) });
      return opened.answer(request);
    },
  });
  const url = `${tls ? "https" : "http"}://127.0.0.1:${server.port}`;
  const opened: PageServer = {
    url,
    metricsUrl: `${url}/metrics/`,
    requests,
    answer,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
  return opened;
}

/** A recorded page with its recorded headers. */
export function recordedAnswer({ body, date, contentType }: RecordedPage): Response {
  return new Response(new Uint8Array(body), { headers: { ...baseHeaders(date), "content-type": contentType } });
}

/** The page of a simulated LiteLLM as it is at this moment. */
export function simulatedAnswer(litellm: SimulatedLiteLLM, worker = 0): Response {
  const headers = { ...baseHeaders(new Date().toUTCString()), "content-type": TEXT_TYPE };
  return new Response(litellm.page({ worker, at: Date.now() }), { headers });
}

/** Lets requests wait until there is an answer for them, so that a test decides when a scrape sees what. */
export type Gate = {
  readonly answer: Answer;
  /** Gives an answer to the request that waits longest, or to the next one that comes. */
  hand(response: Response): void;
  /** How many requests wait. */
  readonly waiting: number;
};

/** A gate at which nothing is handed out yet. */
export function createGate(): Gate {
  const waiting: ((response: Response) => void)[] = [];
  const ready: Response[] = [];
  return {
    get waiting() {
      return waiting.length;
    },
    answer(request) {
      const next = ready.shift();
      if (next !== undefined) return next;
      const { promise, resolve } = Promise.withResolvers<Response>();
      waiting.push(resolve);
      request.signal.addEventListener("abort", () => {
        const at = waiting.indexOf(resolve);
        if (at >= 0) waiting.splice(at, 1);
      });
      return promise;
    },
    hand(response) {
      const first = waiting.shift();
      if (first === undefined) ready.push(response);
      else first(response);
    },
  };
}
