import { getPathNoStrict } from "hono/utils/url";

/** Outside of the path there is nothing: no route begins without a slash. */
const NOWHERE = "outside";

/**
 * How routes find the path of a request that is served under another path: what comes after that one. A slash at the end
 * is forgiven, as the Python predecessor did by a redirect.
 */
export function pathUnder(basePath: string): (request: Request) => string {
  if (basePath === "") return getPathNoStrict;
  return (request) => {
    const path = getPathNoStrict(request);
    if (path === basePath) return "/";
    return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : NOWHERE;
  };
}

/** A request that came under the path as one that did not. */
export function below(basePath: string, request: Request): Request {
  if (basePath === "") return request;
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(basePath.length);
  return new Request(url.href, request);
}
