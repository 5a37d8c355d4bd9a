import { hasKeyIfAsked, hasOneHost } from "../access.ts";
import type { ApiDeps } from "../api.ts";
import { type Body, sendBody } from "./body.ts";

/** Where the path of a whole address begins at the earliest. */
const SHORTEST_ORIGIN = "http://a".length;

/**
 * Answers a GET of paths that are asked for all the time, behind the same door as all others, without the router, which
 * takes longer than all the rest. Undefined for whatever the router has to look at: another path, a request that is to be
 * refused, an answer that cannot be made.
 */
export function directAnswers(
  access: Pick<ApiDeps, "apiKey" | "isLoopbackOnly" | "basePath">,
  bodies: ReadonlyMap<string, () => Body>,
): (request: Request) => Response | undefined {
  const byPath = new Map([...bodies].map(([path, body]) => [access.basePath + path, body]));
  return (request) => {
    if (request.method !== "GET") return undefined;
    const { url, headers } = request;
    const body = byPath.get(url.slice(url.indexOf("/", SHORTEST_ORIGIN)));
    if (body === undefined || !hasOneHost(headers) || !hasKeyIfAsked(headers, access)) return undefined;
    try {
      return sendBody(request, body());
    } catch {
      return undefined; // The router fails in the same way, and says why.
    }
  };
}
