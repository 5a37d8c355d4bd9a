import type { Hono } from "hono";

/** Stands in an address for the host that a request did not name; never a loopback name, and never one that exists. */
const NO_HOST = "http://no-host.invalid";

type Fetch = (request: Request) => Response | Promise<Response>;

/**
 * Makes an app's `fetch` that of a server. Bun 1.4.5 gives a request without a usable Host (HTTP/1.0 need not send one)
 * a bare path as its address, which Hono does not understand. Hono answers HEAD without the body that Bun would take
 * Content-Length from, and Bun leaves out Date.
 */
export function answerIncoming(app: Hono): Fetch {
  return (request) => {
    if (request.method === "HEAD") return answerHead(app, request);
    return app.fetch(request.url.startsWith("/") ? withWholeAddress(request, request.method) : request);
  };
}

/** The answer of GET, of which Bun sends the head. */
async function answerHead(app: Hono, request: Request): Promise<Response> {
  const response = await app.fetch(withWholeAddress(request, "GET"));
  response.headers.set("Date", new Date().toUTCString());
  return response;
}

/** The same request with a whole address; a GET has no body then. */
function withWholeAddress({ url, headers, body }: Request, method: string): Request {
  return new Request(url.startsWith("/") ? NO_HOST + url : url, {
    method,
    headers,
    body: method === "GET" ? null : body,
  });
}
