import type { Failed } from "../failure.ts";
import { redactUrl } from "../redact-url.ts";
import { connectionFailure } from "./connection-failure.ts";
import { type Deadline, stopFailure } from "./deadline.ts";
import { followRedirect, isRedirect } from "./redirect.ts";
import { type Authorization, isLoopback, type RequestSettings, requestInit } from "./request.ts";
import { type LeftOrigin, statusFailure } from "./status-failure.ts";

/** One page to be asked for: the URL without credentials, and what goes with it to its own origin only. */
export type Question = {
  readonly url: URL;
  readonly authorization: Authorization;
  readonly settings: RequestSettings;
  readonly timeoutMs: number;
  readonly deadline: Deadline;
  readonly fetch: (url: string, init: BunFetchRequestInit) => Promise<Response>;
  readonly scrub: (text: string) => string;
};

/** An answer with status 200, its body unread, and how its request may be shown. */
export type Answer = {
  readonly kind: "answer";
  readonly response: Response;
  /** The URL that answered, without credentials. */
  readonly url: URL;
  readonly tried: string;
  readonly keySent: boolean;
};

/**
 * Asks for a page and follows redirects until an answer with status 200; everything else is a failure. Once a redirect
 * has left the origin, credentials are not sent any more, not even back to it.
 */
export async function askForPage(question: Question): Promise<Answer | Failed> {
  const { settings, deadline, scrub } = question;
  const visited = [question.url];
  let { url, authorization } = question;
  let leftOrigin: LeftOrigin | undefined;
  for (;;) {
    const tried = describe(question.url, url, scrub);
    const keySent = authorization.kind === "key";
    let response: Response;
    try {
      response = await question.fetch(url.href, requestInit(url, authorization, settings, deadline.signal));
    } catch (error) {
      const why = deadline.why();
      if (why !== undefined) return stopFailure(why, { tried, timeoutMs: question.timeoutMs, keySent });
      return connectionFailure(error, { tried, url, local: isLoopback(url), ownCa: settings.ca !== undefined, scrub });
    }
    if (response.status === 200) return { kind: "answer", response, url, tried, keySent };
    response.body?.cancel().catch(() => undefined); // nobody reads it; the connection closes
    if (!isRedirect(response.status)) {
      return statusFailure({
        status: response.status,
        tried,
        url,
        sent: authorization.kind,
        leftOrigin,
        scrub,
      });
    }
    const next = followRedirect(response.headers.get("location"), visited, tried, scrub);
    if (next.kind === "failed") return next;
    if (next.url.origin !== url.origin && authorization.kind !== "none") {
      leftOrigin = { from: url, withheld: authorization.kind };
      authorization = { kind: "none" };
    }
    url = next.url;
    visited.push(url);
  }
}

function describe(first: URL, url: URL, scrub: (text: string) => string): string {
  const asked = `GET ${scrub(redactUrl(first.href))}`;
  return url === first ? asked : `${asked} (redirected to ${scrub(redactUrl(url.href))})`;
}
