import { type Fault, takeFault } from "./fault.ts";
import type { SimulatedLiteLLM } from "./litellm.ts";
import {
  baseHeaders,
  chunkedBody,
  drippingBody,
  jsonAnswer,
  OPENMETRICS_TYPE,
  ROOT_HTML,
  redirectAnswer,
  TEXT_TYPE,
} from "./uvicorn.ts";

/** A request as it came in. */
type ReceivedRequest = {
  /** UTC milliseconds on the simulated clock. */
  readonly at: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
};

/** How to serve a simulated LiteLLM. */
export type ServeOptions = {
  readonly litellm: SimulatedLiteLLM;
  /** 0 picks a free one. */
  readonly port: number;
  readonly now: () => number;
  /** Where given, the page asks for `Authorization: Bearer <key>`, as LiteLLM does by default from v1.85 on. */
  readonly key?: string;
  /** Which worker answers, letter by letter and over again: `AABAB`. Worker A always by default. */
  readonly order?: string;
  /** Whether the population's traffic happens up to the moment of each request; `false` by default. */
  readonly traffic?: boolean;
};

/** A running server; the fields that are not readonly may be changed at any time. */
export type ServedLiteLLM = {
  /** Without a slash at the end. */
  readonly url: string;
  /** The page's own address. */
  readonly metricsUrl: string;
  /** What the next answers of the page are, in this order; empty means all is well. */
  readonly faults: Fault[];
  /** Every request so far, the redirected and the spoilt ones too. */
  readonly received: ReceivedRequest[];
  /** A whole `Date` header instead of the clock's. */
  date: string | undefined;
  order: string;
  traffic: boolean;
  /** Ends the server at once, open connections too. */
  stop(): Promise<void>;
};

type Handler = (request: Request) => Response | Promise<Response>;

/** Serves a simulated LiteLLM on 127.0.0.1, with its redirect, key check, formats, gzip and, on demand, faults. */
export function serveSimulatedLiteLLM(options: ServeOptions): ServedLiteLLM {
  // Bun would end a connection that hangs after ten seconds.
  const server = Bun.serve({ hostname: "127.0.0.1", port: options.port, idleTimeout: 0, fetch: (req) => handle(req) });
  const url = `http://127.0.0.1:${server.port}`;
  const served: ServedLiteLLM = {
    url,
    metricsUrl: `${url}/metrics/`,
    faults: [],
    received: [],
    date: undefined,
    order: options.order ?? "A",
    traffic: options.traffic ?? false,
    stop: () => server.stop(true),
  };
  const handle = createHandler(options, served);
  return served;
}

function createHandler({ litellm, now, key }: ServeOptions, served: ServedLiteLLM): Handler {
  let answered = 0;

  function nextWorker(): number {
    const letter = served.order.charCodeAt(answered % served.order.length);
    answered += 1;
    return letter - "A".charCodeAt(0);
  }

  function page(request: Request, date: string): Response {
    const openMetrics = acceptsOpenMetrics(request.headers.get("accept") ?? "");
    const body = litellm.page({ worker: nextWorker(), format: openMetrics ? "openmetrics" : "text", at: now() });
    return pageAnswer(request, new TextEncoder().encode(body), openMetrics ? OPENMETRICS_TYPE : TEXT_TYPE, date);
  }

  function spoilt(fault: Fault, request: Request, date: string): Response | Promise<Response> {
    const headers = { ...baseHeaders(date), "content-type": TEXT_TYPE };
    const bytes = () => new TextEncoder().encode(litellm.page({ worker: nextWorker(), at: now() }));
    switch (fault.kind) {
      case "hang":
        return new Promise<Response>(() => {});
      case "drip":
        return new Response(drippingBody(bytes(), fault.everyMs ?? 10), { headers });
      case "cut":
        return new Response(chunkedBody(bytes(), fault.bytes), { headers });
      case "truncate":
        return pageAnswer(request, bytes().subarray(0, fault.bytes), TEXT_TYPE, date);
      case "status":
        return jsonAnswer(fault.status, { detail: `Simulated ${fault.status}` }, date);
      case "html":
        return htmlAnswer(date);
      case "json":
        return jsonAnswer(200, { status: "healthy" }, date);
      case "empty":
        return new Response("", { headers });
      case "page":
        return pageAnswer(request, fault.body, fault.contentType ?? TEXT_TYPE, fault.date ?? date);
      case "redirect":
        return redirectAnswer(fault.to, date);
      default:
        return fault satisfies never;
    }
  }

  return (request) => {
    const { pathname, search } = new URL(request.url);
    const date = served.date ?? new Date(now()).toUTCString();
    served.received.push({
      at: now(),
      method: request.method,
      path: `${pathname}${search}`,
      headers: new Map(request.headers),
    });
    if (pathname === "/") return htmlAnswer(date);
    if (pathname === "/health/liveliness") return jsonAnswer(200, "I'm alive!", date);
    if (pathname === "/metrics") return redirectAnswer(`${served.metricsUrl}${search}`, date);
    if (!pathname.startsWith("/metrics/")) return jsonAnswer(404, { detail: "Not Found" }, date);
    const fault = takeFault(served.faults);
    if (served.traffic) litellm.advance(now());
    if (fault !== undefined) return spoilt(fault, request, date);
    return refusal(request, key, date) ?? page(request, date);
  };
}

function pageAnswer(request: Request, body: string | Uint8Array, contentType: string, date: string): Response {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const headers = { ...baseHeaders(date), "content-type": contentType };
  if (!(request.headers.get("accept-encoding") ?? "").includes("gzip"))
    return new Response(chunkedBody(bytes), { headers });
  const packed = Bun.gzipSync(new Uint8Array(bytes));
  return new Response(chunkedBody(packed), { headers: { ...headers, "content-encoding": "gzip" } });
}

function htmlAnswer(date: string): Response {
  return new Response(ROOT_HTML, { headers: { ...baseHeaders(date), "content-type": "text/html; charset=utf-8" } });
}

/** As prometheus_client decides: the bare type anywhere in the list is enough. */
function acceptsOpenMetrics(accept: string): boolean {
  return accept.split(",").some((each) => each.split(";")[0]?.trim() === "application/openmetrics-text");
}

/** LiteLLM's 401, a JSON string, if a key is asked for and not given; `undefined` if all is well. */
function refusal(request: Request, key: string | undefined, date: string): Response | undefined {
  if (key === undefined) return undefined;
  const given = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  if (given === key) return undefined;
  const reason =
    given === undefined
      ? "Authentication Error, Malformed API Key passed in. Ensure Key has `Bearer ` prefix."
      : "No connected db.";
  return jsonAnswer(401, `Unauthorized access to metrics endpoint: ${reason}`, date);
}
