import type { Hono } from "hono";

/** Stands in an address for the host that a request did not name; never a loopback name, and never one that exists. */
const NO_HOST = "http://no-host.invalid";

/** What Bun's server knows of a request beside the request. */
type Peer = { requestIP(request: Request): { readonly address: string } | null };

type Fetch = (request: Request, peer: Peer) => Response | Promise<Response>;

/** What an app knows of a request's way here: the address that it came from, if it came over a network. */
export type Incoming = { readonly address?: () => string | undefined };

/**
 * Makes an app's `fetch` that of a server. Bun 1.4.5 gives a request without a usable Host (HTTP/1.0 need not send one)
 * a bare path as its address, which Hono does not understand. Hono answers HEAD without the body that Bun would take
 * Content-Length from, and Bun leaves out Date.
 */
export function answerIncoming(app: Hono): Fetch {
  return (request, peer) => {
    const incoming: Incoming = { address: () => peer.requestIP(request)?.address };
    if (request.method === "HEAD") return answerHead(app, request, incoming);
    return app.fetch(request.url.startsWith("/") ? withWholeAddress(request, request.method) : request, incoming);
  };
}

/** The answer of GET, of which Bun sends the head. */
async function answerHead(app: Hono, request: Request, incoming: Incoming): Promise<Response> {
  const response = await app.fetch(withWholeAddress(request, "GET"), incoming);
  response.headers.set("Date", new Date().toUTCString());
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) return response;
  // Nobody would ever read the stream, or end it.
  await response.body?.cancel();
  return new Response(null, response);
}

/** The same request with a whole address; a GET has no body then. */
function withWholeAddress({ url, headers, body }: Request, method: string): Request {
  return new Request(url.startsWith("/") ? NO_HOST + url : url, {
    method,
    headers,
    body: method === "GET" ? null : body,
  });
}
